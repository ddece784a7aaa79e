// exp, log and their kin, without Foundation: it would put 30 MB of Unicode tables into a statically linked library.
#include <math.h>

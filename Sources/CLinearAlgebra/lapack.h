// BLAS and LAPACK as the platform has them: the integers they take, and the lengths of texts that a Fortran library wants at the end.
#ifndef PRETELL_LAPACK_H
#define PRETELL_LAPACK_H
#ifdef __APPLE__
#define ACCELERATE_NEW_LAPACK 1
#include <Accelerate/Accelerate.h>
typedef __LAPACK_int lint;
#define LEN1
#define LEN2
#else
#include <cblas.h>
#include <stddef.h>
#include <stdint.h>
typedef int32_t lint;
#define LEN1 , 1
#define LEN2 , 1, 1
#endif
#endif

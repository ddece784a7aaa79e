import Foundation

/// Parquet and Feather files, read by pyarrow, polars or DuckDB where Python has one of them: handed over as CSV, columns of lists of one
/// length as a column for each place. Files that zstandard packed are unpacked by its program or by Python's library.
///
/// Python is `python3` of the search path, or what PRETELL_PYTHON names. Nothing is run for other files.
enum PythonHandover {
  private static let kinds: [(magic: [UInt8], name: String)] = [
    (Array("PAR1".utf8), "parquet"), (Array("ARROW1".utf8), "feather"), ([0x28, 0xB5, 0x2F, 0xFD], "zstandard"),
  ]

  /// Set where the file is of such a kind.
  static func kind(_ file: FileBytes) -> String? { kinds.first { file.starts(with: $0.magic) }?.name }

  private static let noLibrary: Int32 = 3

  /// The file as CSV, 16 MB of it in memory, the rest in a temporary file; nil where Python has no library for it. Throws `DataFileError`
  /// with Python's own words where the library refuses the file.
  static func read(_ path: String, kind: String) throws -> FileBytes? {
    let process = Process()
    let python = ProcessInfo.processInfo.environment["PRETELL_PYTHON"] ?? "python3"
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", script, path, kind]
    let (output, problems) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = problems
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let words = Words()
    let reader = Thread { words.finish(problems.fileHandleForReading.readDataToEndOfFile()) }
    reader.start()
    let file = Result { try Spool.contents(of: output.fileHandleForReading.fileDescriptor, path) }
    if case .failure = file { process.terminate() }
    process.waitUntilExit()
    if process.terminationStatus == noLibrary || process.terminationStatus == 127 { return nil }
    let found = try file.get()
    guard process.terminationStatus == 0 else {
      throw DataFileError.pythonRefused(path, String(decoding: words.wait(), as: UTF8.self))
    }
    return found
  }

  /// What the process said, from the thread that reads it.
  private final class Words: @unchecked Sendable {
    private var data = Data()
    private let arrival = DispatchSemaphore(value: 0)
    func finish(_ data: Data) {
      self.data = data
      arrival.signal()
    }
    func wait() -> Data {
      arrival.wait()
      return data
    }
  }

  static let script = #"""
    import sys
    sys.path = [place for place in sys.path if place]
    path, kind = sys.argv[1:3]
    out = sys.stdout.buffer

    def fail(name):
        raise ValueError("the lists of column '%s' have different lengths or gaps" % name)

    def arrow():
        import pyarrow, pyarrow.compute, pyarrow.csv
        types = pyarrow.types
        if kind == "parquet":
            import pyarrow.parquet
            table = pyarrow.parquet.ParquetFile(path).read()
        else:
            import pyarrow.feather
            table = pyarrow.feather.read_table(path)
        names, columns = [], []
        for name, column in zip(table.column_names, table.columns):
            if name.startswith("__index_level_"):
                continue
            if types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            if types.is_list(column.type) or types.is_large_list(column.type) or types.is_fixed_size_list(column.type):
                lengths = pyarrow.compute.list_value_length(column).unique().to_pylist()
                if len(lengths) != 1 or not lengths[0]:
                    fail(name)
                flat = pyarrow.chunked_array([chunk.flatten() for chunk in column.chunks], column.type.value_type)
                flat = flat.to_numpy().reshape(-1, lengths[0])
                for place in range(lengths[0]):
                    names.append("%s_%d" % (name, place))
                    columns.append(pyarrow.array(flat[:, place]))
            else:
                names.append(name)
                columns.append(column)
        pyarrow.csv.write_csv(pyarrow.table(columns, names=names), out)

    def polars():
        import polars
        frame = polars.read_parquet(path) if kind == "parquet" else polars.read_ipc(path, memory_map=False)
        columns = []
        for column in frame.get_columns():
            if column.dtype in (polars.List, polars.Array):
                places = column.list if column.dtype == polars.List else column.arr
                lengths = column.cast(polars.List(column.dtype.inner)).list.len().unique().to_list()
                if len(lengths) != 1 or not lengths[0]:
                    fail(column.name)
                columns += [places.get(place).alias("%s_%d" % (column.name, place)) for place in range(lengths[0])]
            else:
                columns.append(column)
        polars.DataFrame(columns).write_csv(out)

    def duckdb():
        import duckdb
        if kind != "parquet":
            raise ImportError
        database = duckdb.connect()
        quote = lambda name: '"' + name.replace('"', '""') + '"'
        source = "read_parquet('%s')" % path.replace("'", "''")
        chosen = []
        for name, type, *rest in database.execute("describe select * from " + source).fetchall():
            if type.endswith("]"):
                least, most = database.execute("select min(len(%s)), max(len(%s)) from %s" % (quote(name), quote(name), source)).fetchone()
                if not least or least != most:
                    fail(name)
                chosen += ["%s[%d] as %s" % (quote(name), place + 1, quote("%s_%d" % (name, place))) for place in range(least)]
            else:
                chosen.append(quote(name))
        out.flush()
        database.execute("copy (select %s from %s) to '/dev/stdout' (format csv, header)" % (", ".join(chosen), source))

    def zstandard():
        import shutil, subprocess
        if shutil.which("zstd"):
            sys.exit(subprocess.run(["zstd", "-dcq", "--", path]).returncode and "zstd cannot unpack it")
        try:
            from compression import zstd
            source = zstd.open(path)
        except ImportError:
            try:
                import zstandard
                source = zstandard.open(path)
            except ImportError:
                import pyarrow
                source = pyarrow.input_stream(path, compression="zstd")
        shutil.copyfileobj(source, out)

    for way in (zstandard,) if kind == "zstandard" else (arrow, polars, duckdb):
        try:
            way()
        except ImportError:
            continue
        except Exception as problem:
            sys.exit(str(problem))
        sys.exit(0)
    sys.exit(3)
    """#
}

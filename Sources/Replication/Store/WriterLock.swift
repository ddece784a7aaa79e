import Foundation

/// The right to write to a store: a lock on the file `STORE-lock`, which the system takes back when the process ends, however it ends.
final class WriterLock: Sendable {
  private let path: String
  private let descriptor: Int32

  static let suffix = "-lock"

  /// Throws `StoreError` when another process holds it, or the folder cannot be written.
  init(store: String) throws {
    path = store + Self.suffix
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw StoreError.cannotWrite(store, String(cString: strerror(errno))) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(descriptor)
        throw code == EWOULDBLOCK
          ? StoreError.secondWriter(store) : .cannotWrite(store, String(cString: strerror(code)))
      }
      // The former holder may have removed the name between the two calls.
      if Self.isSame(descriptor, path) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (held, named) = (stat(), stat())
    return fstat(descriptor, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino
      && held.st_dev == named.st_dev
  }
}

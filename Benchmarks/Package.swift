// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "pretell-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "pretell", path: "..")],
  targets: [
    .executableTarget(name: "Benchmarks", dependencies: [.product(name: "Pretell", package: "pretell")]),
    .executableTarget(name: "Accuracy", dependencies: [.product(name: "Pretell", package: "pretell")]),
  ],
  swiftLanguageModes: [.v6]
)

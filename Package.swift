// swift-tools-version: 6.2
import PackageDescription

/// Rooms are listed from the ground up: a room may use rooms above it in this list, never below (see CONTRIBUTING.md).
let package = Package(
  name: "pretell",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Pretell", targets: ["Pretell"]),
    .executable(name: "pretell", targets: ["PretellCommand"]),
    .library(name: "PretellTesting", targets: ["PretellTesting"]),
    .library(name: "pretellc", type: .dynamic, targets: ["SharedLibrary"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Work spread over machines by mpirun; needs Open MPI and ScaLAPACK."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // MARK: C and C++ shims, each next to nothing
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(
      name: "CLinearAlgebra",
      dependencies: [.target(name: "COpenBLAS", condition: .when(platforms: [.linux]))],
      linkerSettings: [
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
        .linkedLibrary("m", .when(platforms: [.linux])),
      ]),
    .target(
      name: "CRandomness", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(
      name: "CSpecialFunctions", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .systemLibrary(
      name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CDataFiles"),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
    .target(name: "CImages", dependencies: ["CPNG", "CTIFF"]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .systemLibrary(name: "CPretell"),
    .systemLibrary(name: "CMath"),
    .systemLibrary(
      name: "CMPISystem", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(
      name: "CMPI",
      dependencies: [.target(name: "CMPISystem", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("WITH_MPI", .when(traits: ["MPI"]))],
      linkerSettings: [
        .linkedLibrary("scalapack-openmpi", .when(platforms: [.linux], traits: ["MPI"])),
        .linkedLibrary("scalapack", .when(platforms: [.macOS], traits: ["MPI"])),
      ]),

    // MARK: rooms
    .target(name: "Failures"),
    .target(name: "Contract"),
    .target(name: "Gates"),
    .target(name: "LinearAlgebra", dependencies: ["CLinearAlgebra", "CMath", "Failures"]),
    .target(name: "Randomness", dependencies: ["CMath", "CRandomness", "LinearAlgebra"]),
    .target(name: "Ranks", dependencies: ["Failures", "CMPI", "LinearAlgebra"]),
    .target(name: "SpecialFunctions", dependencies: ["CMath", "CSpecialFunctions"]),
    .target(name: "Distributions", dependencies: ["Failures", "CMath", "SpecialFunctions", "LinearAlgebra"]),
    .target(name: "Geometry", dependencies: ["Failures", "LinearAlgebra", "Randomness"]),
    .target(name: "MatrixFlow", dependencies: ["CMath", "Failures", "LinearAlgebra", "Randomness"]),
    .target(name: "Differentiation", dependencies: ["CMath", "LinearAlgebra"]),
    .target(
      name: "RandomMatrices", dependencies: ["CMath", "Distributions", "LinearAlgebra", "SpecialFunctions"]),
    .target(
      name: "MaskedRegression",
      dependencies: [
        "CMath", "Failures", "LinearAlgebra", "Randomness", "Ranks", "Distributions", "RandomMatrices",
        "SpecialFunctions",
      ]),
    .target(
      name: "Graphs",
      dependencies: ["CMath", "Failures", "LinearAlgebra", "MaskedRegression", "Randomness", "SpecialFunctions"]),
    .target(
      name: "Asymptotics",
      dependencies: ["CMath", "Failures", "Distributions", "LinearAlgebra", "Randomness", "SpecialFunctions"]),
    .target(
      name: "Pretraining",
      dependencies: [
        "Failures", "CMath", "Asymptotics", "Differentiation", "Distributions", "Geometry", "Graphs", "LinearAlgebra",
        "MaskedRegression", "Randomness", "Ranks", "SpecialFunctions",
      ]),
    .target(
      name: "Replication",
      dependencies: [
        "Failures", "CSQLite", "Ranks", "Pretraining", "Asymptotics", "Distributions", "LinearAlgebra",
        "Randomness",
      ]),
    .target(
      name: "Planning",
      dependencies: [
        "Failures", "CMath", "Pretraining", "MaskedRegression", "RandomMatrices", "Asymptotics", "Distributions",
        "LinearAlgebra", "Randomness", "SpecialFunctions",
      ]),
    .target(
      name: "DataFiles",
      dependencies: [
        "Failures", "CDataFiles", "CImages", "CZip", "CZlib", "LinearAlgebra", "MaskedRegression",
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    .target(
      name: "SavedModels", dependencies: ["DataFiles", "LinearAlgebra", "MaskedRegression", "Planning", "Pretraining"]),
    .target(
      name: "Instances",
      dependencies: [
        "Failures", "Asymptotics", "DataFiles", "LinearAlgebra", "MatrixFlow", "Pretraining", "Randomness",
      ]),
    .target(name: "Figures"),
    .target(
      name: "Reproduction",
      dependencies: [
        "CMath", "Failures", "DataFiles", "Figures", "Replication", "Pretraining", "MaskedRegression", "Graphs",
        "MatrixFlow", "Asymptotics", "Distributions", "LinearAlgebra", "RandomMatrices", "Randomness",
        "SpecialFunctions",
      ]),
    .target(
      name: "Report", dependencies: ["Planning", "Figures", "Asymptotics"],
      resources: [.embedInCode("Resources/whatif.js"), .embedInCode("Resources/law.js")]),
    .target(
      name: "Pretell",
      dependencies: [
        "Failures", "Contract", "LinearAlgebra", "Randomness", "Ranks", "SpecialFunctions", "Distributions", "Geometry",
        "Differentiation", "Asymptotics", "RandomMatrices", "MaskedRegression", "Graphs", "MatrixFlow", "Pretraining",
        "Replication", "Planning", "DataFiles", "SavedModels", "Instances", "Figures", "Reproduction", "Report",
      ]),
    .target(
      name: "PretellTesting",
      dependencies: ["Gates", "Asymptotics", "LinearAlgebra", "Pretraining", "Randomness", "Replication"]),
    .target(
      name: "SharedLibrary",
      dependencies: [
        "Failures", "CPretell", "Pretraining", "MaskedRegression", "Asymptotics", "Distributions", "LinearAlgebra",
      ]),
    .executableTarget(
      name: "PretellCommand",
      dependencies: [
        "Pretell", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [
        .embedInCode("Resources/factor.toml"), .embedInCode("Resources/pca.toml"),
        .embedInCode("Resources/spectral.toml"), .embedInCode("Resources/flow.toml"),
        .embedInCode("Resources/mixture.toml"), .embedInCode("Resources/classes.toml"),
      ]),

    // MARK: tests
    .target(
      name: "TestSupport", dependencies: ["Gates", "LinearAlgebra", "PretellTesting", "SpecialFunctions"],
      path: "Tests/TestSupport"),
    .testTarget(
      name: "LinearAlgebraTests",
      dependencies: ["LinearAlgebra", "CLinearAlgebra", "Randomness", "TestSupport"]),
    .testTarget(
      name: "RandomnessTests",
      dependencies: ["Randomness", "CRandomness", "TestSupport"]),
    .testTarget(name: "FailuresTests", dependencies: ["Failures", "TestSupport"]),
    .testTarget(
      name: "PretellTestingTests",
      dependencies: [
        "PretellTesting", "Asymptotics", "Differentiation", "Geometry", "LinearAlgebra", "Planning", "Pretraining",
        "Randomness", "TestSupport",
      ]),
    .testTarget(name: "ContractTests", dependencies: ["Contract"]),
    .testTarget(name: "RanksTests", dependencies: ["Ranks", "LinearAlgebra"]),
    .testTarget(
      name: "DistributionsTests",
      dependencies: ["Distributions", "SpecialFunctions", "Randomness", "TestSupport"]),
    .testTarget(name: "DifferentiationTests", dependencies: ["Differentiation"]),
    .testTarget(name: "MatrixFlowTests", dependencies: ["MatrixFlow", "Randomness", "TestSupport"]),
    .testTarget(name: "GeometryTests", dependencies: ["Geometry", "TestSupport"]),
    .testTarget(
      name: "MaskedRegressionTests",
      dependencies: ["MaskedRegression", "RandomMatrices", "Randomness", "TestSupport"]),
    .testTarget(
      name: "GraphsTests", dependencies: ["Graphs", "MaskedRegression", "Randomness", "TestSupport"]),
    .testTarget(
      name: "AsymptoticsTests", dependencies: ["Asymptotics", "Randomness", "SpecialFunctions", "TestSupport"]),
    .testTarget(
      name: "PretrainingTests",
      dependencies: [
        "Pretraining", "Differentiation", "Geometry", "MaskedRegression", "Randomness", "Replication",
        "SpecialFunctions",
        "TestSupport",
      ]),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Replication", "Pretraining", "Asymptotics", "Distributions", "LinearAlgebra", "Randomness", "TestSupport",
      ]),
    .testTarget(
      name: "PlanningTests",
      dependencies: ["Planning", "DataFiles", "Graphs", "Pretraining", "Randomness", "TestSupport"]),
    .testTarget(name: "DataFilesTests", dependencies: ["DataFiles", "Randomness", "TestSupport"]),
    .testTarget(name: "SavedModelsTests", dependencies: ["SavedModels", "Randomness", "TestSupport"]),
    .testTarget(name: "InstancesTests", dependencies: ["Pretell", "TestSupport"]),
    .testTarget(name: "FiguresTests", dependencies: ["Figures", "TestSupport"]),
    .testTarget(
      name: "ReportTests",
      dependencies: ["Report", "Distributions", "Planning", "Pretraining", "Randomness", "TestSupport"]),
    .testTarget(name: "ReproductionTests", dependencies: ["Reproduction", "TestSupport"]),
    .testTarget(
      name: "CommandTests", dependencies: ["TestSupport", "PretellCommand", "DataFiles"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

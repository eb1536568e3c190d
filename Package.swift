// swift-tools-version: 6.3
import PackageDescription

// In CI every warning of our own targets is an error; elsewhere a newer compiler's new warning
// must not keep anyone from building.
let strict: [SwiftSetting] =
  Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

// The same for C, whose usual warnings are off unless asked for.
let strictC: [CSetting] =
  [.enableWarning("all"), .enableWarning("extra")]
  + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "fakegen",
  products: [
    .executable(name: "fakegen", targets: ["FakeGenCLI"]),
    .executable(name: "trainer", targets: ["TrainerCLI"]),
    .executable(name: "quantize", targets: ["QuantizeCLI"]),
    .library(name: "FakeGen", targets: ["FakeGen", "ShippedModel"]),
    .library(name: "FakeGenC", type: .dynamic, targets: ["FakeGenC"]),
  ],
  traits: [
    .trait(name: "MPI", description: "The trainer runs under mpirun; needs an MPI with mpi-c.pc.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The generator: integers only, and its inner loops for some processors.
    .target(name: "CKernels", cSettings: strictC),
    .target(name: "FakeGen", dependencies: ["CKernels"], swiftSettings: strict),
    // The shipped model's bytes, put into the binary with C23's #embed.
    .target(name: "CShippedModel", cSettings: strictC),
    // The same for Swift programs.
    .target(
      name: "ShippedModel", dependencies: ["FakeGen", "CShippedModel"], swiftSettings: strict),
    // The C library as the command line uses it, in Embedded Swift too.
    .target(name: "CSystem", cSettings: strictC),
    .executableTarget(
      name: "FakeGenCLI", dependencies: ["FakeGen", "CShippedModel", "CSystem"],
      swiftSettings: strict),
    // The C library: its header, and what implements it.
    .target(name: "CFakeGen", cSettings: strictC),
    .target(
      name: "FakeGenC", dependencies: ["FakeGen", "CFakeGen", "CShippedModel"],
      swiftSettings: strict),

    // System libraries. OpenBLAS must come before GSL's own CBLAS in the link order: CGSL's module
    // map sees to it.
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    // Used with the trait MPI alone.
    .systemLibrary(name: "CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])]),

    // The trainer and its rooms.
    .target(name: "Schema", dependencies: ["FakeGen"], swiftSettings: strict),
    .target(
      name: "ProtobufSchema",
      dependencies: [
        "FakeGen", "Files", "Schema",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    .target(name: "Files", swiftSettings: strict),
    .target(
      name: "Records", dependencies: ["FakeGen", "Files", "Schema"], swiftSettings: strict),
    // What the columns of any table are, found from its values.
    .target(
      name: "Inference", dependencies: ["FakeGen", "Records", "Schema"],
      swiftSettings: strict),
    .target(
      name: "Evaluation", dependencies: ["Records", "Schema", "CGSL"],
      swiftSettings: strict),
    .target(name: "Checkpoint", dependencies: ["FakeGen", "Files"], swiftSettings: strict),
    .target(name: "CVectorMath", cSettings: strictC),
    .target(
      name: "Autodiff", dependencies: ["CVectorMath", "COpenBLAS", "CGSL"],
      swiftSettings: strict),
    // A model in floating point, which the trainer trains and quantize brings into integers.
    .target(
      name: "FloatModel",
      dependencies: ["Autodiff", "Checkpoint", "FakeGen", "Records", "Schema"],
      swiftSettings: strict),
    .target(
      name: "Trainer",
      dependencies: [
        "Autodiff", "Checkpoint", "Evaluation", "FakeGen", "Files", "FloatModel", "Inference",
        "ProtobufSchema", "Quantize", "Records", "Schema",
        .target(name: "CMPI", condition: .when(traits: ["MPI"])), argumentParser, "Yams",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "TrainerCLI", dependencies: ["Autodiff", "Trainer"], swiftSettings: strict),
    .target(
      name: "Quantize",
      dependencies: [
        "Autodiff", "Checkpoint", "FakeGen", "Files", "FloatModel", "Records", "Schema",
        argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "QuantizeCLI", dependencies: ["Autodiff", "Quantize"], swiftSettings: strict),

    // What scripts/research/bench measures beside whole programs.
    .target(name: "CPeaks", path: "Benchmarks/CPeaks", cSettings: strictC),
    .executableTarget(
      name: "generator-bench",
      dependencies: ["Autodiff", "CPeaks", "CGSL", "COpenBLAS", "FakeGen"],
      path: "Benchmarks/GeneratorBench", swiftSettings: strict),

    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(
      name: "FakeGenTests", dependencies: ["FakeGen", "TestModels"], swiftSettings: strict),
    .testTarget(
      name: "FakeGenCLITests",
      dependencies: [
        "FakeGen", "FakeGenCLI", "Quantize", "TestModels", "TestSupport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    // Temporary folders, seeded draws, running other programs.
    .target(
      name: "TestSupport", dependencies: ["Files"], path: "Tests/TestSupport",
      swiftSettings: strict),
    // Small models and the synthetic checkpoint, and the program that writes them for the fuzzers.
    .target(
      name: "TestModels",
      dependencies: ["Checkpoint", "FakeGen", "FloatModel", "Quantize", "Schema"],
      path: "Tests/TestModels", swiftSettings: strict),
    .executableTarget(
      name: "write-seeds", dependencies: ["FakeGen", "TestModels"], path: "Tests/WriteSeeds",
      swiftSettings: strict),
    .testTarget(
      name: "SchemaTests",
      dependencies: [
        "ProtobufSchema", "Schema", "TestSupport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RecordsTests",
      dependencies: ["FakeGen", "ProtobufSchema", "Records", "Schema", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "InferenceTests",
      dependencies: ["FakeGen", "Inference", "ProtobufSchema", "Records", "Schema", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "CheckpointTests", dependencies: ["Checkpoint", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AutodiffTests", dependencies: ["Autodiff", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "FloatModelTests",
      dependencies: [
        "Autodiff", "Checkpoint", "FakeGen", "FloatModel", "Records", "Schema", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TrainerTests",
      dependencies: ["FloatModel", "Trainer", "Quantize", "TestSupport", "Yams"],
      swiftSettings: strict),
    .testTarget(
      name: "QuantizeTests",
      dependencies: ["Quantize", "QuantizeCLI", "TestModels", "TestSupport"],
      exclude: ["Reference"],
      swiftSettings: strict),
  ]
)

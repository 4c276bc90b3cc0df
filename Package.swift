// swift-tools-version: 6.2
import PackageDescription

// Warnings of ours are errors in CI; a newer compiler's new warning must not
// stop a user who only wants to build.
let swiftSettings: [SwiftSetting] =
  (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])
  // Tests reach inside in release builds too: one build serves both.
  + [.unsafeFlags(["-enable-testing"], .when(configuration: .release))]

// What tests, and what waits for people, files and processes rather than for
// the processor, need not be optimised: it is compiled in a fifth of the time.
let plainSettings: [SwiftSetting] =
  swiftSettings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// A target of ours, with the settings that all of them share.
///
/// - Parameter isCold: it has `plainSettings`.
func target(
  _ name: String, _ dependencies: [Target.Dependency] = [],
  resources: [Resource]? = nil, isCold: Bool = false
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources,
    swiftSettings: isCold ? plainSettings : swiftSettings)
}

/// The tests of one target, in the folder that mirrors it.
func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
    resources: resources, swiftSettings: plainSettings)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "superb",
  products: [.executable(name: "superb", targets: ["BenchHost"])],
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  // Ground floor first. A target imports only from floors below its own.
  targets: [
    .systemLibrary(
      name: "CBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CSndfile", pkgConfig: "sndfile",
      providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(
      name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
    .target(name: "TaskABI"),
    .target(
      name: "Kernels",
      cSettings: [
        .unsafeFlags(["-O3", "-Wall", "-Wextra", "-Wno-psabi"])
      ]),
    .target(name: "CProcess"),
    target("Diagnostics"),
    target("Statistics"),
    target("Files", ["CCrypto", "CProcess", "Kernels", "Diagnostics"]),

    target("TaskKit", ["TaskABI"]),
    target("Tensors", ["TaskABI", "Kernels", "CBLAS", "Diagnostics"]),
    target("Alignment", ["TaskABI", "Kernels", "CBLAS", "Diagnostics"]),
    .target(
      name: "Decoding",
      dependencies: ["TaskABI", "CZlib", "CBZip2", "Files", "Diagnostics"],
      // The search's blocks are class members that its inner loops write to.
      swiftSettings: swiftSettings + [
        .unsafeFlags(
          ["-enforce-exclusivity=unchecked"], .when(configuration: .release))
      ]),
    target(
      "Speech",
      ["CSndfile", "CFFTW", "CSoxr", "Kernels", "Files", "Diagnostics"]),
    target("Configuration", ["CYAML", "Diagnostics"]),
    target("Weights", ["Files", "Diagnostics"]),

    target(
      "Models", ["TaskABI", "Tensors", "Kernels", "CBLAS", "Diagnostics"]),
    target(
      "Upstreams",
      [
        "Models", "Speech", "Tensors", "Weights", "TaskKit", "Kernels",
        "Files", "Diagnostics",
      ], resources: [.embedInCode("Python/bridge.py")]),
    target("DemoCorpora", ["Speech", "Files", "Diagnostics"]),
    target("Preparation", ["Speech", "Files", "Diagnostics"]),

    // What results and experiments are, as they lie in files.
    target(
      "Records",
      [
        "Upstreams", "Tensors", "Weights", "TaskABI", "Configuration", "Files",
        "Diagnostics",
      ], isCold: true),
    // Tasks found, built and loaded, and the host's side of the contract.
    target(
      "Hosting",
      [
        "Records", "Upstreams", "Alignment", "Decoding", "Tensors", "Speech",
        "Weights", "TaskABI", "Configuration", "Files", "Diagnostics", logging,
      ]),
    // One experiment, from audio to its result.
    target(
      "Training",
      [
        "Hosting", "Records", "Upstreams", "Tensors", "Speech",
        "Configuration", "Files", "Diagnostics", logging,
      ]),
    // Many experiments: planned, forecast, worked off, watched.
    target(
      "Runs",
      [
        "Training", "Hosting", "Records", "Upstreams", "Alignment", "Tensors",
        "Speech", "Configuration", "Files", "Diagnostics",
      ], isCold: true),
    // Runs as jobs of a cluster.
    target(
      "Cluster",
      [
        "Runs", "Training", "Hosting", "Records", "Configuration", "Files",
        "Diagnostics",
      ], resources: [.embedInCode("Ranks/ranks.c.txt")], isCold: true),
    // Whether a task, its corpora and this machine are fit for a run.
    target(
      "Checking",
      [
        "Runs", "Training", "Hosting", "Records", "Upstreams", "Tensors",
        "Speech", "TaskABI", "Configuration", "Files", "Diagnostics", logging,
      ], isCold: true),
    // What `superb bench` measures.
    target(
      "Measuring",
      [
        "Runs", "Training", "Hosting", "Upstreams", "Models", "Alignment",
        "Tensors", "Kernels", "Speech", "TaskABI", "CBLAS", "Configuration",
        "Files", "Diagnostics", logging,
      ]),
    // What states tell without a head.
    target(
      "Probing",
      [
        "Training", "Records", "Upstreams", "Tensors", "Statistics", "CBLAS",
        "Diagnostics",
      ]),
    target("Leaderboard", ["Records", "Diagnostics"], isCold: true),
    // What is tried together, and what came of it.
    target("Grids", ["Records", "Configuration", "Diagnostics"], isCold: true),
    // What stands behind a figure: its spread, and what was predicted.
    target(
      "Evidence",
      [
        "Leaderboard", "Records", "Statistics", "TaskKit", "Files",
        "Diagnostics",
      ]
    ),
    // The page, and what else leaves the house.
    target(
      "Page",
      [
        "Evidence", "Leaderboard", "Records", "Statistics", "Weights", "Files",
        "Diagnostics",
      ], resources: [.embedInCode("Published/superb.tsv")], isCold: true),

    .executableTarget(
      name: "BenchHost",
      dependencies: [
        "Page", "Evidence", "Statistics", "Leaderboard", "Grids", "Checking",
        "Measuring", "Cluster", "Probing", "Runs", "Training", "Hosting",
        "Records", "Upstreams", "Weights", "Decoding", "DemoCorpora",
        "Preparation",
        "Tensors", "TaskKit", "Configuration", "Files", "Diagnostics",
        argumentParser, logging,
      ],
      swiftSettings: plainSettings,
      // Tasks written in Swift find the kit in the program that loads them,
      // so that one process never holds two copies of it.
      linkerSettings: [
        .unsafeFlags([
          "-use-ld=lld", "-Xlinker", "--export-dynamic-symbol=$s*7TaskKit*",
          // Installed, it brings Swift's libraries along.
          "-Xlinker", "-rpath=$ORIGIN/../lib/superb/runtime",
        ])
      ]),

    // What the tests of several targets share.
    .target(
      name: "TestSupport",
      dependencies: ["Records", "Configuration", "Files"],
      path: "Tests/TestSupport",
      resources: [.copy("Fixtures")], swiftSettings: plainSettings),
    tests("TaskABI"),
    tests("Files", ["Diagnostics", "TestSupport"]),
    tests("Weights", ["Files", "Tensors", "Diagnostics", "TestSupport"]),
    tests("TaskKit", resources: [.copy("Fixtures")]),
    tests("Tensors", resources: [.copy("Fixtures")]),
    tests("Alignment", resources: [.copy("Fixtures")]),
    tests("Decoding", ["Diagnostics"], resources: [.copy("Fixtures")]),
    tests("Speech", resources: [.copy("Fixtures")]),
    tests("Configuration"),
    tests("Models", ["Tensors"], resources: [.copy("Fixtures")]),
    tests(
      "Upstreams", ["Models", "Weights", "Files", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests("DemoCorpora", ["Speech", "Files"]),
    tests("Preparation", ["Speech", "Files", "Diagnostics", "TestSupport"]),
    tests(
      "Records",
      ["TestSupport", "Tensors", "Files", "Configuration", "Diagnostics"]),
    tests(
      "Hosting",
      [
        "TestSupport", "Records", "Alignment", "TaskABI", "Files",
        "Diagnostics",
      ]),
    tests(
      "Training",
      [
        "TestSupport", "Hosting", "Records", "Upstreams", "Tensors", "TaskKit",
        "Speech", "Weights", "Configuration", "Files", "Diagnostics", logging,
      ], resources: [.copy("Fixtures")]),
    tests(
      "Runs",
      [
        "TestSupport", "Training", "Upstreams", "Alignment", "Configuration",
        "Files", "Diagnostics",
      ]),
    tests(
      "Cluster",
      [
        "TestSupport", "Runs", "Records", "Configuration", "Files",
        "Diagnostics",
      ]),
    tests("Checking", ["Runs", "Hosting", "Tensors", "Files"]),
    tests("Probing", ["Records", "Statistics"]),
    tests("Leaderboard", ["Records"]),
    tests("Grids", ["Records", "Configuration", "Diagnostics", "TestSupport"]),
    tests("Statistics"),
    tests("Evidence", ["Leaderboard", "Statistics", "Records", "Files"]),
    tests(
      "Page",
      ["Evidence", "Leaderboard", "Statistics", "Records", "Weights"]),
    .testTarget(
      name: "BenchHostTests",
      dependencies: [
        "Checking", "Runs", "Training", "Hosting", "Records", "Upstreams",
        "Models", "Weights", "Files", "TestSupport",
      ],
      // What a test compiles.
      exclude: ["Hostile/hostile.c", "Fixtures"], swiftSettings: plainSettings),
  ],
  swiftLanguageModes: [.v6]
)

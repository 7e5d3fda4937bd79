// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "crm-terminal",
  products: [.executable(name: "crm", targets: ["CRMTerminal"])],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .target(
      name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "TerminalKit", dependencies: ["CNcurses", "TOMLKit"]),
    .target(name: "CRMDomain"),
    .target(
      name: "CRMStore",
      dependencies: [
        "CRMDomain", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(name: "CCurl"),
    .target(name: "CRMSync", dependencies: ["CCurl", "CRMDomain", "CRMStore"]),
    .executableTarget(
      name: "CRMTerminal",
      dependencies: [
        "CNcurses", "TerminalKit", "CRMDomain", "CRMStore", "CRMSync", "V1Simulator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "CRMTestSupport", dependencies: ["CRMDomain", "CRMStore", "CRMTerminal", "TerminalKit"],
      path: "Tests/CRMTestSupport"),
    .testTarget(name: "TerminalKitTests", dependencies: ["TerminalKit"]),
    .testTarget(name: "CRMDomainTests", dependencies: ["CRMDomain", "ImportProbe"]),
    .executableTarget(name: "ImportProbe", dependencies: ["CRMDomain"], path: "Tests/ImportProbe"),
    .executableTarget(name: "StoreHammer", dependencies: ["CRMStore"], path: "Tests/StoreHammer"),
    .testTarget(
      name: "CRMStoreTests",
      dependencies: ["CRMStore", "StoreHammer", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "V1Simulator", dependencies: ["CRMDomain", "CRMSync"], path: "Tests/V1Simulator"),
    .target(
      name: "SyncSimulation", dependencies: ["CRMDomain", "CRMStore", "CRMSync", "V1Simulator"],
      path: "Tests/SyncSimulation"),
    .executableTarget(
      name: "SyncStorm", dependencies: ["CRMDomain", "V1Simulator", "SyncSimulation"], path: "Tests/SyncStorm",
      exclude: ["planted.py"]),
    .target(
      name: "TLSDoor", path: "Tests/TLSDoor", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .executableTarget(
      name: "SyncHammer", dependencies: ["CRMDomain", "CRMStore", "CRMSync"], path: "Tests/SyncHammer"),
    .testTarget(
      name: "CRMSyncTests",
      dependencies: [
        "CCurl", "CRMDomain", "CRMStore", "CRMSync", "V1Simulator", "SyncSimulation", "SyncHammer", "TLSDoor",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(name: "PtyHelper", path: "Tests/PtyHelper"),
    .testTarget(
      name: "CRMTerminalTests",
      dependencies: [
        "CRMTerminal", "CRMTestSupport", "CRMSync", "V1Simulator", "PtyHelper",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Frames"]),
  ],
  swiftLanguageModes: [.v6],
)

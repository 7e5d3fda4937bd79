import Foundation

/// Tries out the reading of delimited text, outside the tests: `ImportProbe read FILE` says how many megabytes a second
/// go through the reader; `ImportProbe fuzz SECONDS [SEED]` reads files nobody would write, for so long, and ends with
/// status 1 where a rule is broken. `ImportProbe once SEED` reads one of them and says what it is.
@main struct ImportProbe {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let number = arguments.dropFirst().first.flatMap(UInt64.init)
    do {
      switch (arguments.first, number) {
      case ("read", _) where arguments.count == 2: try ReadSpeed(path: arguments[2]).print()
      case ("fuzz", let seconds?):
        try fuzz(seconds: Double(seconds), arguments.count > 2 ? UInt64(arguments[3]) ?? 0 : 0)
      case ("once", let seed?):
        let fuzzer = ImportFuzzer(seed: seed)
        print(String(decoding: fuzzer.bytes, as: UTF8.self).debugDescription)
        try fuzzer.run()
      default:
        print("usage: ImportProbe read FILE | fuzz SECONDS [SEED] | once SEED")
        exit(64)
      }
    } catch {
      print(error)
      exit(1)
    }
  }

  /// Says every thousand files which seed comes next, so that a crash leaves a thousand seeds to try. The seconds are those
  /// of the processor: others may be at work too.
  private static func fuzz(seconds: Double, _ first: UInt64) throws {
    var seed = first
    while ReadSpeed.processorSeconds < seconds {
      if (seed &- first) % 1000 == 0 { say("seed \(seed)") }
      do { try ImportFuzzer(seed: seed).run() } catch let broken as BrokenRule {
        print("seed \(seed): \(broken.rule)")
        exit(1)
      }
      seed &+= 1
    }
    print("\(seed &- first) files, seeds \(first) to \(seed &- 1), no crash, no rule broken")
  }

  /// Written at once, for there may be no later.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

import CRMStore
@main struct Hammer { static func main() {} }

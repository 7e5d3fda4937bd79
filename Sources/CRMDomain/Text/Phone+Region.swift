extension Phone {
  /// The number as E.164 has it, taking one without a country to be of `region`, an ISO 3166 code such as `GB`; an
  /// extension is kept behind it, ` x12`. Nil if the region is not known or it is no number.
  package static func international(_ text: String, region: String) -> String? {
    let region = region.uppercased()
    guard let code = callingCodes[region] else { return nil }
    let (number, extensionDigits) = parted(text)
    guard number.utf8.allSatisfy(isSign), let e164 = e164(prefixed(number, region, code), callingCode: code) else {
      return nil
    }
    return extensionDigits.isEmpty ? e164 : e164 + " x" + extensionDigits
  }

  /// The calling code of `region`, or nil if it is not known.
  package static func callingCode(of region: String) -> String? { callingCodes[region.uppercased()] }

  /// The regions that are known, sorted.
  package static var regions: [String] { callingCodes.keys.sorted() }

  /// Where a leading 0 is part of the number, and where another digit stands for it.
  private static func prefixed(_ number: String, _ region: String, _ code: String) -> String {
    guard let typed = digits(of: number.replacing("(0)", with: "")), !typed.hasPrefix("+"), !typed.hasPrefix("00")
    else {
      return number
    }
    switch region {
    case "IT", "SM", "VA": return "+" + code + typed
    case "RU", "KZ": return typed.count == 11 && typed.hasPrefix("8") ? "+7" + typed.dropFirst() : number
    case "HU": return typed.hasPrefix("06") ? "+36" + typed.dropFirst(2) : number
    default: return number
    }
  }

  /// The number, and the digits of the extension behind it.
  private static func parted(_ text: String) -> (number: String, extensionDigits: String) {
    let lowered = text.lowercased()
    guard let mark = ["ext.", "ext", "x"].lazy.compactMap(lowered.firstRange).first else { return (text, "") }
    let rest = lowered[mark.upperBound...].filter { !$0.isWhitespace }
    guard !rest.isEmpty, rest.allSatisfy(\.isNumber) else { return (text, "") }
    return (String(lowered[..<mark.lowerBound]), rest)
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x20, 0x28, 0x29, 0x2B, 0x2D...0x2F: true  // digits, space ( ) + - . /
    default: false
    }
  }

  /// Source: ITU-T E.164, list of assigned country codes.
  private static let callingCodes: [String: String] = {
    let list = """
      1 US CA PR DO JM TT BS BB BM|7 RU KZ|20 EG|27 ZA|30 GR|31 NL|32 BE|33 FR|34 ES|36 HU|39 IT SM VA|40 RO|41 CH
      |43 AT|44 GB IM JE GG|45 DK|46 SE|47 NO|48 PL|49 DE|51 PE|52 MX|53 CU|54 AR|55 BR|56 CL|57 CO|58 VE|60 MY|61 AU
      |62 ID|63 PH|64 NZ|65 SG|66 TH|81 JP|82 KR|84 VN|86 CN|90 TR|91 IN|92 PK|93 AF|94 LK|95 MM|98 IR|212 MA|213 DZ
      |216 TN|218 LY|220 GM|221 SN|223 ML|225 CI|226 BF|227 NE|228 TG|229 BJ|230 MU|231 LR|232 SL|233 GH|234 NG|235 TD
      |237 CM|238 CV|241 GA|242 CG|243 CD|244 AO|248 SC|249 SD|250 RW|251 ET|254 KE|255 TZ|256 UG|258 MZ|260 ZM|261 MG
      |263 ZW|264 NA|265 MW|267 BW|268 SZ|297 AW|351 PT|352 LU|353 IE|354 IS|355 AL|356 MT|357 CY|358 FI|359 BG|370 LT
      |371 LV|372 EE|373 MD|374 AM|375 BY|376 AD|377 MC|380 UA|381 RS|382 ME|383 XK|385 HR|386 SI|387 BA|389 MK|420 CZ
      |421 SK|423 LI|501 BZ|502 GT|503 SV|504 HN|505 NI|506 CR|507 PA|509 HT|591 BO|592 GY|593 EC|595 PY|597 SR|598 UY
      |673 BN|675 PG|679 FJ|852 HK|853 MO|855 KH|856 LA|880 BD|886 TW|960 MV|961 LB|962 JO|963 SY|964 IQ|965 KW|966 SA
      |967 YE|968 OM|970 PS|971 AE|972 IL|973 BH|974 QA|975 BT|976 MN|977 NP|992 TJ|993 TM|994 AZ|995 GE|996 KG|998 UZ
      """
    var codes: [String: String] = [:]
    for entry in list.split(separator: "|") {
      let words = entry.split(whereSeparator: \.isWhitespace).map(String.init)
      for region in words.dropFirst() { codes[region] = words[0] }
    }
    return codes
  }()
}

import CRMDomain
import Foundation
import GRDB
import GRDBSQLite

/// The order of names as a reader expects it: case and accents do not count, unless nothing else differs.
enum FoldedCollation {
  static func install(in db: Database) throws {
    let code = sqlite3_create_collation_v2(
      db.sqliteConnection, "FOLDED", SQLITE_UTF8, nil,
      { _, leftCount, left, rightCount, right in
        let left = UnsafeRawBufferPointer(start: left, count: Int(leftCount))
        let right = UnsafeRawBufferPointer(start: right, count: Int(rightCount))
        return FoldedCollation.compare(left, right)
      }, nil)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// -1, 0 or 1, always as `SearchText.fold` orders the texts.
  ///
  /// What a character folds to does not depend on its neighbours, so bytes that both texts share tell nothing. Where they
  /// differ, letters and digits of ASCII are compared as they are; whatever folds in another way (blanks, apostrophes,
  /// everything beyond ASCII) is folded from the word on in which it stands.
  static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int32 {
    let shared = min(left.count, right.count)
    var index = 0
    while index < shared {
      index = firstDifference(left, right, from: index, shared)
      guard index < shared else { break }
      let (l, r) = (left[index], right[index])
      if isSpecial(l) || isSpecial(r) {
        return blankOrder(left, right, at: index) ?? compareFolded(left, right, fromWordAt: index)
      }
      if lowered(l) != lowered(r) { return lowered(l) < lowered(r) ? -1 : 1 }
      index += 1
    }
    if left.count == right.count { return 0 }
    let rest = (left.count > right.count ? left : right)[shared...]
    // What is left over may fold to nothing, but not if a letter is in it.
    guard rest.contains(where: { !isSpecial($0) }) else { return compareFolded(left, right, fromWordAt: shared) }
    return left.count < right.count ? -1 : 1
  }

  /// The first place from `start` on where the texts differ, or `end`.
  @inline(__always)
  private static func firstDifference(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from start: Int, _ end: Int,
  ) -> Int {
    var index = start
    while index + 8 <= end {
      let l = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let difference = (l ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self)).littleEndian
      guard difference == 0 else { return index + difference.trailingZeroBitCount >> 3 }
      index += 8
    }
    while index < end, left[index] == right[index] { index += 1 }
    return index
  }

  /// The order of texts where one goes on with a letter and the other with a word: "Redwood" comes after "Red Farms".
  private static func blankOrder(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, at index: Int,
  ) -> Int32? {
    func isBlank(_ text: UnsafeRawBufferPointer) -> Bool {
      text[index] == 0x20 && index + 1 < text.count && !isSpecial(text[index + 1])
    }
    guard index > 0, !isSpecial(left[index - 1]) else { return nil }
    if isBlank(left), !isSpecial(right[index]) { return -1 }
    if isBlank(right), !isSpecial(left[index]) { return 1 }
    return nil
  }

  private static func isSpecial(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x7F || byte == 0x27 || byte == 0x60 }

  private static func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  /// - Parameter end: up to where both are equal but for the case of letters.
  private static func compareFolded(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, fromWordAt end: Int,
  ) -> Int32 {
    let start = left[..<end].lastIndex(of: 0x20).map { $0 + 1 } ?? 0
    if let order = SearchText.quickOrder(left, right, from: start) { return order }
    let l = SearchText.fold(String(decoding: left[start...], as: UTF8.self))
    let r = SearchText.fold(String(decoding: right[start...], as: UTF8.self))
    if l.utf8.elementsEqual(r.utf8) { return 0 }
    return l.utf8.lexicographicallyPrecedes(r.utf8) ? -1 : 1
  }
}

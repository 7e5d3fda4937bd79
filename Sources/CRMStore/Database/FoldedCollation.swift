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

  /// -1, 0 or 1. Letters and digits of ASCII are compared byte by byte; whatever `SearchText.fold` treats in another way
  /// (blanks, apostrophes, everything beyond ASCII) sends both texts through it, so that the order is always its order.
  static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int32 {
    // Of a million names most occur more than once.
    if left.count == right.count, let l = left.baseAddress, let r = right.baseAddress, memcmp(l, r, left.count) == 0 {
      return 0
    }
    let shared = min(left.count, right.count)
    var index = 0
    var word = 0
    while index < shared {
      let l = left[index]
      let r = right[index]
      if isSpecial(l) || isSpecial(r) {
        guard l == 0x20, r == 0x20 else { return compareFolded(left, right, from: word) }
        word = index + 1
      } else if l != r {
        let l = lowered(l)
        let r = lowered(r)
        if l != r { return l < r ? -1 : 1 }
      }
      index += 1
    }
    if left.count == right.count { return 0 }
    let rest = (left.count > right.count ? left : right)[index...]
    // What is left over may fold to nothing, but not if a letter is in it.
    guard rest.contains(where: { !isSpecial($0) }) else { return compareFolded(left, right, from: word) }
    return left.count < right.count ? -1 : 1
  }

  private static func isSpecial(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x7F || byte == 0x27 || byte == 0x60 }

  private static func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  /// - Parameter start: where a word begins, before which both are equal.
  private static func compareFolded(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from start: Int,
  ) -> Int32 {
    if let order = SearchText.quickOrder(left, right, from: start) { return order }
    let l = SearchText.fold(String(decoding: left[start...], as: UTF8.self))
    let r = SearchText.fold(String(decoding: right[start...], as: UTF8.self))
    if l.utf8.elementsEqual(r.utf8) { return 0 }
    return l.utf8.lexicographicallyPrecedes(r.utf8) ? -1 : 1
  }
}

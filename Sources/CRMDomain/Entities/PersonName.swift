/// How first and last names are put together.
package enum PersonName {
  package static func full(_ first: String, _ last: String) -> String {
    first.isEmpty ? last : last.isEmpty ? first : first + " " + last
  }
}

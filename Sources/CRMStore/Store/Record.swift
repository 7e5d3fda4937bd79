import CRMDomain

/// Ours, not the class of that name in GRDB.
package typealias Record = CRMDomain.Record

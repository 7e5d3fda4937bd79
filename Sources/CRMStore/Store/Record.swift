import CRMDomain

/// Ours, not the class of that name in GRDB.
package typealias Record = CRMDomain.Record

/// Ours, not the protocol of that name in GRDB.
typealias ColumnMapping = CRMDomain.ColumnMapping

import CRMDomain
import CRMStore

extension SyncBook: SyncStore {
  // One program synchronises a profile at a time because it holds the lock of `ProfileLock`, which ends with it; so
  // nothing is written for it, and nothing can be left over.

  package func lease() -> Lease? { nil }
  package func setLease(_ lease: Lease?) {}
}

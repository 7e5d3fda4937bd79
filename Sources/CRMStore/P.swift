import GRDB
package enum P2 {}

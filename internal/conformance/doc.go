// Package conformance compares the clients of this module with those of the vendors, on the same inputs, bytes
// and machine. It is a module of its own, so that no user of polycloud-go depends on a vendor's SDK.
//
//	go test ./...             the same requests, signatures and results on both sides, and the same reading
//	                          of every status by AWS's waiters for Proton and ours
//	go test -bench . -run ^$  Go benchmarks of the cases in package bench
//	go run ./cmd/compare      one table: CPU time and allocations of both sides, and of bare net/http
//	go run ./cmd/size         binary size, compile cost and first call of both sides
//
// Amazon FinSpace and AWS Proton are compared with their official clients, Flink and Data Lake Compute with
// the official runtimes. The product clients are thin layers of generated types over those; packages clients
// and bench add what such a layer does for a call.
package conformance

// Package acs3 signs requests for Alibaba Cloud with version 3 of its
// signature, ACS3-HMAC-SHA256, and checks such signatures.
//
// The request is brought into a canonical form: method, path, sorted query,
// the signed headers with their values, their names, and the SHA-256 of the
// body. HMAC-SHA256 with the secret itself as the key signs the hash of that
// string; no key is derived. Signed are the host, the content type, and every
// header that starts with x-acs-; nothing else, so the workspace header of the
// Flink service is not.
//
// The path is signed as it is sent, with three exceptions: "+" becomes "%20",
// "*" becomes "%2A", "%7E" becomes "~".
//
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
package acs3

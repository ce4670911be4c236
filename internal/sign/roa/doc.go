// Package roa signs requests for Alibaba Cloud with the older signature of its
// resource-oriented APIs, HMAC-SHA1, and checks such signatures.
//
// One string is signed: method, Accept, Content-MD5, Content-Type and Date, each
// on a line; the x-acs- headers; the path with the decoded, sorted query.
// HMAC-SHA1 with the secret as the key signs it.
//
// The scheme has gaps that this package cannot close. The host is not signed.
// The body is signed only through Content-MD5, which the official clients do
// not send. Query values are signed decoded, so "a=1%26b%3D2" and "a=1&b=2"
// have the same signature. Prefer acs3.
//
// https://www.alibabacloud.com/help/en/sdk/product-overview/roa-mechanism
package roa

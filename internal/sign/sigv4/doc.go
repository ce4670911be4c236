// Package sigv4 signs requests for AWS with Signature Version 4, and checks
// such signatures.
//
// The request is brought into a canonical form: method, path, sorted query,
// the signed headers with their values, their names, and the SHA-256 of the
// body. The hash of that string, together with the time and a credential scope
// (date, region, service), is what gets signed: HMAC-SHA256 with a key that is
// derived from the secret for just this scope. The signature travels in the
// Authorization header, or in the query of a presigned request.
//
// As for every service but S3, the path is encoded once more than it is sent.
// All headers are signed except those that proxies are known to change.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package sigv4

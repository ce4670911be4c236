// Package tc3 signs requests for Tencent Cloud API 3.0 with TC3-HMAC-SHA256,
// and checks such signatures.
//
// The request is brought into a canonical form: method, "/" for any path, the
// query as it is sent, the signed headers with their values, their names, and
// the SHA-256 of the body. The hash of that string, together with the
// Unix time and a credential scope (UTC date, service), is what gets signed:
// HMAC-SHA256 with a key that is derived from the secret for just this scope.
//
// Signed are content type and host, which is all that the official clients
// sign, and optionally the action. A request with UNSIGNED-PAYLOAD in
// X-TC-Content-SHA256 is signed without its body.
//
// Verify also checks the older signatures, HmacSHA1 and HmacSHA256,
// which travel among the parameters of the request.
//
// https://www.tencentcloud.com/document/product/267/37447
// https://www.tencentcloud.com/document/product/228/31724
package tc3

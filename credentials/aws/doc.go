// Package aws gets credentials for the clients of Amazon FinSpace and AWS Proton where AWS's own tools find them: in
// profiles, from SSO and `aws login`, from roles, and from the platform that a program runs on.
//
//	cfg := cloud.Config{Region: "us-east-1", Credentials: aws.Chain()}
//
// It is a module of its own, because it is made of the AWS SDK for Go.
//
// # Order
//
// The first of these that is set up is used, and no other, even if it fails:
//
//  1. environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
//  2. web identity: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, as IAM roles for service accounts of EKS set them
//  3. profile: the one that AWS_PROFILE names, or "default", in ~/.aws/config and ~/.aws/credentials, or the files that
//     AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name: a role that is assumed, keys, another source by name, web
//     identity, SSO, `aws login`, a credential_process
//  4. container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI, as ECS and EKS Pod
//     Identity set them
//  5. instance metadata: the role of an EC2 instance
//
// So keys in the environment override AWS_PROFILE. A profile that is set in code, by WithProfile, overrides them. See
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html and, for the settings,
// https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html.
//
// # What differs from the SDK
//
//   - Each ask reads the configuration anew, so that a new login, changed files and a repaired setup are seen. Clients
//     ask rarely, through a cloud.CredentialsCache.
//   - Nothing is written. The SDK refreshes the sessions of SSO and `aws login` and writes them to its own cache below
//     ~/.aws; here that needs WithSessionRefresh. Without it an expired session is an error that names the command to run.
//   - Off AWS a chain fails within two seconds, because that is the limit for instance metadata. Other requests have ten
//     seconds each, where the SDK may wait without limit.
//   - Errors say what was looked at and what to run, and show nothing secret. The SDK's own may quote the output of a
//     credential_process and the values of files.
//   - Half a key in the environment is an error. The SDK ignores it.
//   - A key that has expired is never used. The SDK uses those of instance metadata longer if there is no other.
//
// Explain prints what became of each source.
package aws

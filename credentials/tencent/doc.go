// Package tencent finds credentials for Tencent Cloud where its own tools keep them: in pods of TKE, on CVM instances,
// in CI and on the machines of developers, without a key in the program.
//
//	c, err := dlc.New(cloud.Config{Region: "ap-singapore", Credentials: tencent.Chain()})
//
// # Sources
//
// [Chain] asks these in their order, anew each time, and takes the first that is set up:
//
//	source            set up by                                                 keys expire
//	environment       TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY,          unknown
//	                  TENCENTCLOUD_TOKEN or TENCENTCLOUD_SECURITY_TOKEN
//	TKE OIDC          TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE,             after 2 hours
//	                  TKE_ROLE_ARN, TKE_REGION
//	tccli profile     ~/.tccli/PROFILE.credential, or that file in              as the file says
//	                  TENCENTCLOUD_SHARED_CREDENTIALS_DIR
//	credentials file  section PROFILE of ~/.tencentcloud/credentials, or of     never
//	                  TENCENTCLOUD_CREDENTIALS_FILE: secret_id, secret_key,
//	                  token
//	CVM role          the metadata service; TENCENTCLOUD_CAM_ROLE_NAME          as it says
//
// PROFILE is TCCLI_PROFILE, else TENCENTCLOUD_PROFILE, else "default". An empty variable is one that is not set. On
// Windows, ~ is %USERPROFILE%.
//
// A source that is set up but fails ends the chain, because the next one could be another account's: half a key,
// an expired login, a file that cannot be read, a pod with half of its variables, a profile that was asked for by name
// and that no file has, STS that refuses. [cloud.CredentialsChain.Explain] prints what became of each source.
// [WithProfile] makes the chain read the two files alone.
//
// # Roles
//
// The keys that are found assume a role if [WithRole] or the environment names one:
//
//	Terraform's provider  TENCENTCLOUD_ASSUME_ROLE_ARN, …_SESSION_NAME, …_SESSION_DURATION (seconds), …_EXTERNAL_ID,
//	                      …_SOURCE_IDENTITY
//	tccli                 TENCENTCLOUD_ROLE_ARN, TENCENTCLOUD_ROLE_SESSION_NAME
//
// A profile of tccli with role-arn assumes that role first. [AssumeRole] does the same for any provider. Keys of a role
// last 2 hours unless [Role] says otherwise, 12 hours at most.
//
// STS is asked at https://sts.tencentcloudapi.com, or at the address of a financial region, for the region of
// [WithRegion], else for TKE_REGION in a pod, else for TENCENTCLOUD_REGION, else for ap-guangzhou.
//
// # Limits
//
// A request ends with the context of the caller. Without a deadline, STS has 10 seconds and the metadata service 2
// seconds in total, so that a machine outside the cloud learns in under 3 seconds that it has no credentials. Files
// and responses may have 64 KB. Redirects are not followed. The metadata service is asked without a proxy.
//
// Nothing is written, ever. Logins of tccli (types oauth and sso) are not renewed: when they have expired, the error
// names the command that does it, such as `tccli auth login`. Keys that cannot be renewed are an error; the cache of a
// client keeps what is still valid, and begins to renew 5 minutes before the end.
//
// Errors name the source, the file or member, and the rule. They quote nothing of a file or a response that could be a
// secret.
//
// # See also
//
//   - AssumeRole: https://www.tencentcloud.com/document/product/1150/49456
//   - AssumeRoleWithWebIdentity: https://www.tencentcloud.com/document/product/1150/49454
//   - Roles of CVM instances: https://www.tencentcloud.com/document/product/213/45917
//   - tccli and its profiles: https://github.com/TencentCloud/tencentcloud-cli
//   - Terraform's provider: https://registry.terraform.io/providers/tencentcloudstack/tencentcloud/latest/docs
package tencent

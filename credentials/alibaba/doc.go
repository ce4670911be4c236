// Package alibaba finds credentials of Alibaba Cloud where the vendor's tools keep them: in variables, in the profiles of the
// aliyun CLI, at STS and at the metadata service of ECS.
//
//	client, err := flink.New(cloud.Config{Region: "cn-hangzhou", Credentials: alibaba.Chain()}, flink.WithWorkspace(workspace))
//
// # Order
//
// [Chain] asks these sources, each time from the first, and takes the first that is set up. A source that is set up but
// fails ends the chain with its error, because the next one might be another account's. The chain's Explain says what
// became of each source.
//
//	source              set up by
//	environment         ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
//	OIDC role           ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE, which RRSA
//	                    sets in a pod of ACK; ALIBABA_CLOUD_ROLE_SESSION_NAME
//	aliyun CLI profile  ~/.aliyun/config.json, or ALIBABA_CLOUD_CONFIG_FILE; not with ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true
//	credentials file    ~/.alibabacloud/credentials, or ALIBABA_CLOUD_CREDENTIALS_FILE
//	ECS RAM role        the instance has a role; ALIBABA_CLOUD_ECS_METADATA names it; not with
//	                    ALIBABA_CLOUD_ECS_METADATA_DISABLED=true
//	credentials URI     ALIBABA_CLOUD_CREDENTIALS_URI
//
// The profile of both files is that of ALIBABA_CLOUD_PROFILE; without it, the one that is current in the aliyun CLI, and
// section default of the credentials file. A profile that is named and in neither file is an error. [WithProfile] asks the two
// files alone.
//
// # Modes of the aliyun CLI
//
//	AK, StsToken            the keys of the profile
//	RamRoleArn              the keys assume ram_role_arn
//	ChainableRamRoleArn     source_profile, of any mode, assumes ram_role_arn
//	EcsRamRole              as the source ECS RAM role; ram_role_name may be empty
//	RamRoleArnWithRoleName  the ECS RAM role assumes ram_role_arn
//	OIDC                    oidc_token_file, oidc_provider_arn and ram_role_arn
//	CredentialsURI          credentials_uri
//	External                process_command is run without a shell and prints a profile of mode AK or StsToken as JSON
//	CloudSSO, OAuth         the temporary keys of the last login while they are valid; the CLI renews them, not this package
//	RsaKeyPair, BearerToken, Anonymous
//	                        are refused, with what to use instead
//
// The types of the credentials file are access_key, sts, ram_role_arn, ecs_ram_role, oidc_role_arn and credentials_uri. The
// variable ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS=true turns off commands and credentials URIs.
//
// # Roles
//
// A role is assumed for an hour, or as long as expired_seconds of the profile or [Role] says, 15 minutes to 12 hours. The STS
// is sts.aliyuncs.com; ALIBABA_CLOUD_STS_REGION, sts_region or [WithRegion] choose that of a region, in the VPC with
// ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true, and ALIBABA_CLOUD_STS_ENDPOINT, sts_endpoint or [WithSTSEndpoint] any. [AssumeRole]
// assumes a role with the credentials of any provider.
//
// # Limits
//
// Everything runs under the caller's context. STS has 10 s to respond, a credentials URI 5 s, a command a minute, and
// the metadata service 2 s for all its requests, so that a machine outside of the cloud fails after 2 s. A token of
// version 2 of the metadata service is used where there is one, and required with ALIBABA_CLOUD_IMDSV1_DISABLED=true. A response has
// at most 64 KB, and no redirect is followed. Temporary keys expire when the response says so; a [cloud.CredentialsCache], which
// every client has, renews them 5 minutes ahead. Keys of a StsToken profile have no such time: they are read anew when the
// service refuses them.
//
// No file is ever written. Errors name the source, the rule and what to do; they quote nothing of a file or a response but
// error codes of STS.
//
// The package has its own readers. The vendor's credentials library keeps to the last source that it tried after a failure, races
// between goroutines, knows neither contexts nor expiry, writes the user's configuration and prints it, keys included, if it
// cannot read it; an adapter would inherit all of that.
//
// The vendor's pages: [order of sources], [RRSA], [the operation AssumeRole], [signature] and the [profiles of the CLI].
//
// [order of sources]: https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-go-access-credentials
// [RRSA]: https://www.alibabacloud.com/help/doc-detail/356611.html
// [the operation AssumeRole]: https://www.alibabacloud.com/help/en/ram/api-assumerole
// [signature]: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
// [profiles of the CLI]: https://github.com/aliyun/aliyun-cli#configure
package alibaba

package cloud

import "os"

// FromEnvironment returns a Config whose clients read region and endpoint where the tools of their cloud do. What is set in
// the Config overrides that, and the first of these that is set is used:
//
//   - AWS, region: AWS_REGION, AWS_DEFAULT_REGION, region of the profile.
//   - AWS, endpoint: AWS_ENDPOINT_URL_FINSPACE or AWS_ENDPOINT_URL_PROTON, AWS_ENDPOINT_URL, endpoint_url of the service in
//     the services section of the profile, endpoint_url of the profile. None of them if
//     AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or ignore_configured_endpoint_urls of the profile, is true.
//   - AWS, otherwise: AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and AWS_CA_BUNDLE, or use_fips_endpoint,
//     use_dualstack_endpoint and ca_bundle of the profile. The certificates in the bundle replace those of the system, and
//     are not read if Config.HTTPClient has a Transport.
//   - Alibaba Cloud, region: ALIBABA_CLOUD_REGION_ID, ALIBABA_CLOUD_REGION, region_id of the profile. Its CLI reads the
//     profile first.
//   - Tencent Cloud, region: TENCENTCLOUD_REGION, region of the profile.
//   - Tencent Cloud, endpoint: that of dlc in the profile, if it is not the common one, and no option selects another.
//
// The profile of AWS is the one that AWS_PROFILE or AWS_DEFAULT_PROFILE names, or default, in AWS_CONFIG_FILE or
// ~/.aws/config. That of Alibaba Cloud is the one that ALIBABA_CLOUD_PROFILE names, or else the current one, in
// ALIBABA_CLOUD_CONFIG_FILE or ~/.aliyun/config.json; ALIBABA_CLOUD_CLI_PROFILE_DISABLED or ALIBABA_CLOUD_IGNORE_PROFILE
// leaves it out. That of Tencent Cloud is ~/.tccli/NAME.configure, where NAME is TCCLI_PROFILE or default.
//
// Keys are in none of this: they are what Config.Credentials says. A value that cannot be used is an error of New that
// names its variable or file.
func FromEnvironment() Config { return Config{Environment: os.Getenv} }

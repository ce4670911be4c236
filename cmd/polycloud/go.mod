module github.com/polycloud-sdk/polycloud-go/cmd/polycloud

go 1.26.0

replace (
	github.com/polycloud-sdk/polycloud-go => ../..
	github.com/polycloud-sdk/polycloud-go/credentials/alibaba => ../../credentials/alibaba
	github.com/polycloud-sdk/polycloud-go/credentials/aws => ../../credentials/aws
	github.com/polycloud-sdk/polycloud-go/credentials/tencent => ../../credentials/tencent
)

require (
	github.com/polycloud-sdk/polycloud-go v0.0.0
	github.com/polycloud-sdk/polycloud-go/credentials/alibaba v0.0.0-00010101000000-000000000000
	github.com/polycloud-sdk/polycloud-go/credentials/aws v0.0.0-00010101000000-000000000000
	github.com/polycloud-sdk/polycloud-go/credentials/tencent v0.0.0-00010101000000-000000000000
	github.com/spf13/cobra v1.10.2
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.6
	golang.org/x/term v0.48.0
)

require (
	github.com/aws/aws-sdk-go-v2 v1.48.0 // indirect
	github.com/aws/aws-sdk-go-v2/config v1.33.18 // indirect
	github.com/aws/aws-sdk-go-v2/credentials v1.21.0 // indirect
	github.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.20.9 // indirect
	github.com/aws/aws-sdk-go-v2/internal/configsources v1.5.12 // indirect
	github.com/aws/aws-sdk-go-v2/internal/endpoints/v2 v2.8.12 // indirect
	github.com/aws/aws-sdk-go-v2/internal/v4a v1.5.12 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding v1.13.25 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/presigned-url v1.14.12 // indirect
	github.com/aws/aws-sdk-go-v2/service/signin v1.13.1 // indirect
	github.com/aws/aws-sdk-go-v2/service/sso v1.39.5 // indirect
	github.com/aws/aws-sdk-go-v2/service/ssooidc v1.44.5 // indirect
	github.com/aws/aws-sdk-go-v2/service/sts v1.52.0 // indirect
	github.com/aws/smithy-go v1.28.9 // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/hashicorp/go-retryablehttp v0.7.8 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	golang.org/x/sys v0.50.0 // indirect
)

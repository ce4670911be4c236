module github.com/polycloud-sdk/polycloud-go/credentials/tencent

go 1.26.0

replace github.com/polycloud-sdk/polycloud-go => ../..

require (
	github.com/polycloud-sdk/polycloud-go v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/aws/smithy-go v1.28.8 // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/hashicorp/go-retryablehttp v0.7.8 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

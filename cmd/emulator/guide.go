package main

import (
	"io"
	"runtime/debug"
	"strings"
	"text/template"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

const warning = `
******************************************************************************
WARNING: the emulator listens on %s, which other machines may reach.
Its keys are public: any program that reaches it can read and change all that is in it.
******************************************************************************

`

// The guide is for a shell: what is no command is a comment. Alibaba Cloud and Tencent Cloud read no endpoint from the
// environment, and the session token of a real account would be refused.
var guide = template.Must(template.New("guide").Parse(`# polycloud emulator {{.Version}} at {{.URL}}
# page: {{.URL}}/_emulator/

# AWS: the SDKs and aws
export AWS_ENDPOINT_URL_FINSPACE={{.URL}}
export AWS_ENDPOINT_URL_PROTON={{.URL}}
export AWS_REGION={{.Region}}
export AWS_DEFAULT_REGION={{.Region}}
export AWS_ACCESS_KEY_ID={{.ID}}
export AWS_SECRET_ACCESS_KEY={{.Secret}}

# Alibaba Cloud: in SDKs set the endpoint {{.Host}} and the protocol http; for aliyun add --endpoint {{.Host}} --insecure
export ALIBABA_CLOUD_ACCESS_KEY_ID={{.ID}}
export ALIBABA_CLOUD_ACCESS_KEY_SECRET={{.Secret}}

# Tencent Cloud: in SDKs set the endpoint {{.Host}} and the scheme http
export TENCENTCLOUD_SECRET_ID={{.ID}}
export TENCENTCLOUD_SECRET_KEY={{.Secret}}
export TENCENTCLOUD_REGION={{.Region}}

unset AWS_SESSION_TOKEN ALIBABA_CLOUD_SECURITY_TOKEN TENCENTCLOUD_TOKEN

`))

// printGuide prints how to use an emulator. An error of out is of no interest: the emulator runs without a reader.
func printGuide(out io.Writer, url, region string) {
	_ = guide.Execute(out, map[string]string{
		"URL": url, "Host": strings.TrimPrefix(url, "http://"), "Region": region, "Version": version(),
		"ID": emulator.AccessKeyID, "Secret": emulator.SecretAccessKey,
	})
}

// version is that of the module which the program was built from, with the revision for one that has no version.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown version)"
	}
	revision := ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			revision = " " + s.Value
		}
	}
	return info.Main.Version + revision + ", " + info.GoVersion
}

// Command official updates a running job with only the official runtime, without the product client, which is
// a layer of generated types over it.
package main

import (
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	run.Main(func(url string) (any, error) {
		c, err := openapi.NewClient(&utils.Config{
			AccessKeyId: new("AKIDEXAMPLE"), AccessKeySecret: new("secret"), RegionId: new("cn-hangzhou"),
			Endpoint: new(strings.TrimPrefix(url, "http://")), Protocol: new("http"),
		})
		if err != nil {
			return nil, err
		}
		_, err = c.CallApi(&utils.Params{
			Action: new("HotUpdateJob"), Version: new("2022-07-18"), Protocol: new("HTTPS"), Method: new("POST"),
			Pathname: new("/api/v2/namespaces/" + dara.PercentEncode("default") + "/jobs/" + dara.PercentEncode("job-1") + "%3AhotUpdate"),
			AuthType: new("AK"), Style: new("ROA"), ReqBodyType: new("json"), BodyType: new("json"),
		}, &utils.OpenApiRequest{Headers: map[string]*string{"workspace": new("w1")}}, &dara.RuntimeOptions{})
		return c, err
	})
}

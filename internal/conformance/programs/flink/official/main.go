// Command official updates a running job with the official runtime alone, without the product client that
// is a layer of generated types over it.
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
			AccessKeyId: dara.String("AKIDEXAMPLE"), AccessKeySecret: dara.String("secret"), RegionId: dara.String("cn-hangzhou"),
			Endpoint: dara.String(strings.TrimPrefix(url, "http://")), Protocol: dara.String("http"),
		})
		if err != nil {
			return nil, err
		}
		_, err = c.CallApi(&utils.Params{
			Action: dara.String("HotUpdateJob"), Version: dara.String("2022-07-18"), Protocol: dara.String("HTTPS"), Method: dara.String("POST"),
			Pathname: dara.String("/api/v2/namespaces/" + dara.PercentEncode("default") + "/jobs/" + dara.PercentEncode("job-1") + "%3AhotUpdate"),
			AuthType: dara.String("AK"), Style: dara.String("ROA"), ReqBodyType: dara.String("json"), BodyType: dara.String("json"),
		}, &utils.OpenApiRequest{Headers: map[string]*string{"workspace": dara.String("w1")}}, &dara.RuntimeOptions{})
		return c, err
	})
}

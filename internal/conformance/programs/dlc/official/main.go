// Command official switches the image of a data engine with only the official runtime, without the product
// client, which is a layer of generated types over it.
package main

import (
	"strings"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	run.Main(func(url string) (any, error) {
		p := profile.NewClientProfile()
		p.HttpProfile.Endpoint, p.HttpProfile.Scheme = strings.TrimPrefix(url, "http://"), "http"
		c := common.NewCommonClient(common.NewCredential("AKIDEXAMPLE", "secret"), "ap-guangzhou", p)
		request := tchttp.NewCommonRequest("dlc", "2021-01-25", "SwitchDataEngineImage")
		err := request.SetActionParameters(map[string]any{"DataEngineId": "DataEngine-1", "NewImageVersionId": "new"})
		if err != nil {
			return nil, err
		}
		return c, c.Send(request, tchttp.NewCommonResponse())
	})
}

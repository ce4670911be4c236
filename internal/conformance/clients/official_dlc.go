package clients

import (
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

// OfficialDLC returns the official runtime of Tencent Cloud, set up for Data Lake Compute.
func OfficialDLC(t Target) *common.Client {
	p := profile.NewClientProfile()
	p.HttpProfile.Endpoint, p.HttpProfile.Scheme = t.host(), t.scheme()
	client := common.NewCommonClient(common.NewCredential(t.keyID(), t.secret()), TencentRegion, p)
	if t.Transport != nil {
		client.WithHttpTransport(t.Transport)
	}
	return client
}

// NewDLCRequest returns what every request of the product client embeds.
func NewDLCRequest(action string) *tchttp.BaseRequest {
	return new(tchttp.BaseRequest).Init().WithApiInfo("dlc", DLCVersion, action)
}

// DLCResponse is a response with members that are known at compile time, as those of the product client
// are.
type DLCResponse struct {
	*tchttp.BaseResponse
	Response any // a pointer to what is to be decoded
}

// NewDLCResponse returns one to decode into.
func NewDLCResponse(response any) *DLCResponse {
	return &DLCResponse{&tchttp.BaseResponse{}, response}
}

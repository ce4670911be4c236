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

// NewDLCRequest returns the request that every request of the product client embeds.
func NewDLCRequest(action string) *tchttp.BaseRequest {
	return new(tchttp.BaseRequest).Init().WithApiInfo("dlc", DLCVersion, action)
}

// DLCResponse is a response with members that are known at compile time, like those of the product client.
type DLCResponse struct {
	*tchttp.BaseResponse
	Response any // a pointer to decode into
}

// NewDLCResponse returns a DLCResponse to decode into.
func NewDLCResponse(response any) *DLCResponse {
	return &DLCResponse{&tchttp.BaseResponse{}, response}
}

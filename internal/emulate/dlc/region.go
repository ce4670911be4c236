package dlc

import (
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// regions are the regions of Tencent Cloud.
var regions = []dlc.RegionInfo{
	{RegionCode: "ap-bangkok", RegionName: "Bangkok"},
	{RegionCode: "ap-beijing", RegionName: "Beijing"},
	{RegionCode: "ap-chengdu", RegionName: "Chengdu"},
	{RegionCode: "ap-chongqing", RegionName: "Chongqing"},
	{RegionCode: "ap-guangzhou", RegionName: "Guangzhou"},
	{RegionCode: "ap-guangzhou-open", RegionName: "Guangzhou Open"},
	{RegionCode: "ap-hongkong", RegionName: "Hong Kong"},
	{RegionCode: "ap-jakarta", RegionName: "Jakarta"},
	{RegionCode: "ap-mumbai", RegionName: "Mumbai"},
	{RegionCode: "ap-nanjing", RegionName: "Nanjing"},
	{RegionCode: "ap-seoul", RegionName: "Seoul"},
	{RegionCode: "ap-shanghai", RegionName: "Shanghai"},
	{RegionCode: "ap-shanghai-fsi", RegionName: "Shanghai Finance"},
	{RegionCode: "ap-shenzhen-fsi", RegionName: "Shenzhen Finance"},
	{RegionCode: "ap-singapore", RegionName: "Singapore"},
	{RegionCode: "ap-tokyo", RegionName: "Tokyo"},
	{RegionCode: "eu-frankfurt", RegionName: "Frankfurt"},
	{RegionCode: "eu-moscow", RegionName: "Moscow"},
	{RegionCode: "na-ashburn", RegionName: "Ashburn"},
	{RegionCode: "na-siliconvalley", RegionName: "Silicon Valley"},
	{RegionCode: "na-toronto", RegionName: "Toronto"},
	{RegionCode: "sa-saopaulo", RegionName: "Sao Paulo"},
}

func (s *Service) regionOperations() front.Handlers {
	return front.Handlers{"DescribeSaleRegions": front.Handle(s.describeSaleRegions)}
}

// knowsRegion reports whether a region exists. The region of the emulator does, whatever its name.
func (s *Service) knowsRegion(code string) bool {
	if code == s.world.Region {
		return true
	}
	for _, r := range regions {
		if r.RegionCode == code {
			return true
		}
	}
	return false
}

func (s *Service) describeSaleRegions(r *front.Received, _ dlc.DescribeSaleRegionsRequest) (any, error) {
	out := &dlc.DescribeSaleRegionsResponse{RequestID: r.RequestID}
	for _, region := range regions {
		region.Status = dlc.RegionStatusAvailable
		out.RegionList = append(out.RegionList, region)
	}
	return out, nil
}

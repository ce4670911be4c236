package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateCHDFSBindingProductRequest(p *validate.Problems, r *CreateCHDFSBindingProductRequest) {
	checkBoundProduct(p, r.ProductName, r.EngineName, r.VPCInfo)
}

func checkDeleteCHDFSBindingProductRequest(p *validate.Problems, r *DeleteCHDFSBindingProductRequest) {
	checkBoundProduct(p, r.ProductName, r.EngineName, r.VPCInfo)
}

// checkBoundProduct requires the target of a bucket: an engine of DLC, or the networks of another product.
func checkBoundProduct(p *validate.Problems, product, engine string, networks []VPCInfo) {
	switch product {
	case "DLC":
		needs(p, "EngineName", engine, "ProductName DLC")
	case "other":
		if len(networks) == 0 {
			p.Add("VpcInfo", "required with ProductName other", nil)
		}
	}
}

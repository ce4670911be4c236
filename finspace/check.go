package finspace

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// The X_check.go files have the rules that FinSpace states only in prose. Here are those that several requests share.

// checkOneZone is for resources that exist in one availability zone only.
func checkOneZone(p *validate.Problems, mode KxAZMode) {
	if mode == KxAZModeMulti {
		p.Add("azMode", "must be SINGLE", string(mode))
	}
}

func checkSSDSize(p *validate.Problems, size int) {
	if size != 1200 && !isMultiple(size, 2400) {
		p.Add("size", "must be 1200 or a multiple of 2400", size)
	}
}

func checkHDDSize(p *validate.Problems, size int) {
	if !isMultiple(size, 6000) {
		p.Add("size", "must be a multiple of 6000", size)
	}
}

func isMultiple(n, of int) bool { return n > 0 && n%of == 0 }

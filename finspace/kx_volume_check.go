package finspace

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateKxVolumeRequest requires what the one type of volume needs.
func checkCreateKxVolumeRequest(p *validate.Problems, r *CreateKxVolumeRequest) {
	if r.VolumeType == KxVolumeTypeNAS1 && r.NAS1Configuration == nil {
		p.Add("nas1Configuration", "required with volumeType NAS_1", nil)
	}
	checkOneZone(p, r.AZMode)
}

// checkKxNAS1Configuration checks that a type of disk is available in this size.
func checkKxNAS1Configuration(p *validate.Problems, r *KxNAS1Configuration) {
	if r.Size == 0 {
		return // an update may leave it unchanged
	}
	switch r.Type {
	case KxNAS1TypeSSD1000, KxNAS1TypeSSD250:
		checkSSDSize(p, r.Size)
	case KxNAS1TypeHDD12:
		checkHDDSize(p, r.Size)
	}
}

package finspace

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateKxVolumeRequest asks for what the one type of volume needs.
func checkCreateKxVolumeRequest(p *validate.Problems, r *CreateKxVolumeRequest) {
	if r.VolumeType == KxVolumeTypeNAS1 && r.NAS1Configuration == nil {
		p.Add("nas1Configuration", "required with volumeType NAS_1", nil)
	}
	checkOneZone(p, r.AZMode)
}

// checkKxNAS1Configuration knows the sizes in which each kind of disk comes.
func checkKxNAS1Configuration(p *validate.Problems, r *KxNAS1Configuration) {
	if r.Size == 0 {
		return // an update may leave it as it is
	}
	switch r.Type {
	case KxNAS1TypeSSD1000, KxNAS1TypeSSD250:
		checkSSDSize(p, r.Size)
	case KxNAS1TypeHDD12:
		checkHDDSize(p, r.Size)
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

// checkCreateKxDataviewRequest keeps a writable dataview from updating itself.
func checkCreateKxDataviewRequest(p *validate.Problems, r *CreateKxDataviewRequest) {
	checkOneZone(p, r.AZMode)
	if r.ReadWrite && r.AutoUpdate {
		p.Add("autoUpdate", "must be false with readWrite true", r.AutoUpdate)
	}
	checkSegments(p, r.SegmentConfigurations)
}

func checkUpdateKxDataviewRequest(p *validate.Problems, r *UpdateKxDataviewRequest) {
	checkSegments(p, r.SegmentConfigurations)
}

func checkKxDataviewConfiguration(p *validate.Problems, r *KxDataviewConfiguration) {
	checkSegments(p, r.SegmentConfigurations)
}

// checkOneZone is for what exists in one availability zone alone.
func checkOneZone(p *validate.Problems, mode KxAZMode) {
	if mode == KxAZModeMulti {
		p.Add("azMode", "must be SINGLE", string(mode))
	}
}

// checkSegments finds paths that are put on one volume twice.
func checkSegments(p *validate.Problems, segments []KxDataviewSegmentConfiguration) {
	type place struct{ volume, path string }
	seen := map[place]bool{}
	for i, s := range segments {
		p.Index("segmentConfigurations", i)
		for k, path := range s.DBPaths {
			at := place{s.VolumeName, path}
			if seen[at] {
				p.Index("dbPaths", k)
				p.Add("", "must not come twice for one volume", path)
				p.Leave()
			}
			seen[at] = true
		}
		p.Leave()
	}
}

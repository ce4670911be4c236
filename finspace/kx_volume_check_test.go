package finspace

import "testing"

func TestVolumeRules(t *testing.T) {
	t.Parallel()
	create := func(mode KxAZMode, nas *KxNAS1Configuration) CreateKxVolumeRequest {
		return CreateKxVolumeRequest{
			EnvironmentID: "kx7example", VolumeType: KxVolumeTypeNAS1, VolumeName: "cache-1", AZMode: mode,
			AvailabilityZoneIDs: []string{"use1-az1"}, NAS1Configuration: nas,
		}
	}
	update := func(typ KxNAS1Type, size int) UpdateKxVolumeRequest {
		return UpdateKxVolumeRequest{EnvironmentID: "kx7example", VolumeName: "cache-1", NAS1Configuration: &KxNAS1Configuration{Type: typ, Size: size}}
	}
	runCheckTests(t, []checkTest{
		{"create", create(KxAZModeSingle, &KxNAS1Configuration{Type: KxNAS1TypeSSD1000, Size: 1200}), nil},
		{"create in all zones", create(KxAZModeMulti, &KxNAS1Configuration{Type: KxNAS1TypeSSD1000, Size: 1200}), []string{
			`azMode: must be SINGLE, given "MULTI"`,
		}},
		{"create without a configuration", create(KxAZModeSingle, nil), []string{"nas1Configuration: required with volumeType NAS_1"}},
		{"fast disk", update(KxNAS1TypeSSD250, 4800), nil},
		{"slow disk", update(KxNAS1TypeHDD12, 6000), nil},
		{"size alone", update("", 1300), nil},
		{"type alone", update(KxNAS1TypeHDD12, 0), nil},
		{"fast disk of another size", update(KxNAS1TypeSSD1000, 6000), []string{
			"nas1Configuration.size: must be 1200 or a multiple of 2400, given 6000",
		}},
		{"slow disk of another size", update(KxNAS1TypeHDD12, 2400), []string{"nas1Configuration.size: must be a multiple of 6000, given 2400"}},
	})
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/release"
)

// The fleet: so many engines and instances, and what they run.
const (
	engines, instances = 50, 20
	oldImage, newImage = "spark-3.2", "spark-3.5"
	service, template  = "shop", "web"
)

func engineNames() (names []string) {
	for i := range engines {
		names = append(names, fmt.Sprintf("etl-%02d", i+1))
	}
	return names
}

func instanceNames() (names []release.ProtonInstance) {
	for i := range instances {
		names = append(names, release.ProtonInstance{Service: service, Name: fmt.Sprintf("store-%02d", i+1)})
	}
	return names
}

// connect returns how to reach the fleet: in the emulator of -endpoint, or one that it starts. Stop that when done.
func connect(o options, opts ...emulator.Option) (cfg cloud.Config, stop func(), err error) {
	stop = func() {}
	if o.endpoint != "" {
		cfg = cloud.Config{
			Region: emulator.DefaultRegion, Endpoint: o.endpoint, AllowPlainHTTP: true,
			Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
		}
	} else {
		opts = append(opts, emulator.InProcess(), emulator.WithChangeTime(o.changeTime), emulator.WithStaleReads(o.changeTime/4))
		if o.journal != "" { // after a crash the fleet must be as it was
			opts = append(opts, emulator.WithStateDir(filepath.Join(o.journal, "emulator")))
		}
		emu, err := emulator.Start(opts...)
		if err != nil {
			return cfg, stop, err
		}
		if err := fill(emu); err != nil {
			emu.Close()
			return cfg, stop, err
		}
		cfg, stop = emu.Config(), emu.Close
	}
	cfg.WaitEvery, cfg.WaitConfirmAfter = o.changeTime/5, o.changeTime/2 // of real services a change takes minutes
	return cfg, stop, nil
}

// fill puts the fleet into an emulator that has nothing.
func fill(emu *emulator.Emulator) error {
	var found, fleet bytes.Buffer
	if err := emu.Save(&found); err != nil || strings.TrimSpace(found.String()) != "{}" {
		return err
	}
	if err := seed(&fleet); err != nil {
		return err
	}
	return emu.Load(&fleet)
}

// seed writes the fleet as a seed of the emulator.
func seed(out io.Writer) error {
	emu, err := emulator.Start(emulator.InProcess())
	if err != nil {
		return err
	}
	defer emu.Close()
	for _, image := range []string{oldImage, newImage} {
		emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: image, ImageVersion: image, EngineType: "SparkSQL"})
	}
	for _, name := range engineNames() {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{
			DataEngineID: "DataEngine-" + name, DataEngineName: name, EngineTypeDetail: "SparkSQL", ImageVersionID: oldImage,
		})
	}
	for _, minor := range []string{"0", "1"} {
		emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: template, MajorVersion: "1", MinorVersion: minor})
	}
	emu.Proton.AddService(proton.Service{Name: service, TemplateName: template})
	for _, i := range instanceNames() {
		emu.Proton.AddServiceInstance(proton.ServiceInstance{
			ServiceName: i.Service, Name: i.Name, TemplateName: template, TemplateMajorVersion: "1", TemplateMinorVersion: "0",
			Spec: "proton: ServiceSpec\ninstances:\n  - name: " + i.Name + "\n",
		})
	}
	return emu.Save(out)
}

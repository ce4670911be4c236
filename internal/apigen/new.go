package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/importer"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

//go:embed skeleton
var skeleton embed.FS

var templates = template.Must(template.ParseFS(skeleton, "skeleton/*.tmpl"))

// newService is what a skeleton is made of.
type newService struct {
	Package string
	Vendor  string
	Name    string // usual
	Product string // as in host names and signatures
	Version string // of the API
	Target  string // the prefix of X-Amz-Target, of the JSON protocols of AWS
	Sites   []string
	Site    string // of Tencent Cloud, the default: the name of a constant

	shape string
	model *smithy.Model
}

// runNew adds a service: its model, an overlay that lists what a person must decide, and a client.
func runNew(root, name, vendor string, paths []string, out io.Writer) error {
	if err := checkNew(root, name, vendor); err != nil {
		return err
	}
	files, err := readFiles(paths)
	if err != nil {
		return err
	}
	s := newService{Package: name, Vendor: vendor, shape: strings.ToUpper(name[:1]) + name[1:], Site: "Mainland"}
	if vendor == "tencent" {
		s.Sites = []string{smithy.Mainland, smithy.International}[:min(len(paths), 2)]
	}
	clients, err := readObject(filepath.Join(root, modelsDir, name+".clients.json"))
	if err != nil {
		return err
	}
	tree, notes, err := importer.Service{Name: name, Vendor: vendor, Shape: s.shape, Sites: s.Sites, Clients: clients}.Import(files)
	if err != nil {
		return err
	}
	if err := s.describe(tree); err != nil {
		return fmt.Errorf("new %s: %w", name, err)
	}
	written, err := s.files(tree)
	if err != nil {
		return err
	}
	if err := writeFiles(root, written); err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(out, "note:", note)
	}
	if _, err := loadProject(root, nil); err != nil {
		fmt.Fprintf(out, "%s is there. What is left to decide, in %s:\n%v\n", name, overlayFile(name), err)
	}
	return nil
}

var packageName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// checkNew refuses what cannot be a new service.
func checkNew(root, name, vendor string) error {
	if !packageName.MatchString(name) || token.IsKeyword(name) {
		return fmt.Errorf("new: the name %q must be that of a package: letters in lower case and digits", name)
	}
	if importer.Vendors[vendor] == "" {
		return fmt.Errorf("new %s: unknown vendor %q, must be aws, alibaba or tencent", name, vendor)
	}
	for _, path := range []string{name, overlayFile(name)} {
		if _, err := os.Stat(filepath.Join(root, path)); err == nil {
			return fmt.Errorf("new %s: %s is there already: import refreshes a service", name, path)
		}
	}
	return nil
}

func overlayFile(name string) string { return modelsDir + "/" + name + overlayEnd }

// describe reads from the model what the client needs.
func (s *newService) describe(tree *smithy.Object) error {
	var err error
	if s.model, err = smithy.New(tree); err != nil {
		return err
	}
	service := s.model.Service
	s.Name, s.Product = service.Name(), s.Package
	s.Version = tree.Object("shapes").Object(service.ID).Text("version")
	if s.Vendor != "aws" {
		return nil
	}
	names := service.Traits.Object("aws.api#service")
	if id := names.Text("sdkId"); id != "" {
		s.Name = "AWS " + id
	}
	s.Product = service.Traits.Object("aws.auth#sigv4").Text("name")
	switch host := names.Text("endpointPrefix"); {
	case s.Product == "":
		return errors.New("the model does not say by what name requests are signed (aws.auth#sigv4)")
	case host != "" && host != s.Product:
		return fmt.Errorf("requests are signed for %s and sent to %s: internal/protocol/aws has one name for both", s.Product, host)
	}
	if !service.Traits.Has(smithy.RestJSON) {
		s.Target = service.Name()
	}
	return nil
}

// files returns the files of the skeleton by their paths in the module.
func (s *newService) files(tree *smithy.Object) (map[string][]byte, error) {
	files := map[string][]byte{
		modelFile(s.Package):                  smithy.Format(tree),
		overlayFile(s.Package):                smithy.Format(s.overlay()),
		modelsDir + "/" + s.Package + docsEnd: []byte("{}\n"),
	}
	for name, from := range map[string]string{"client.go": s.Vendor + ".client.go.tmpl", "doc.go": "doc.go.tmpl"} {
		var code bytes.Buffer
		if err := templates.ExecuteTemplate(&code, from, s); err != nil {
			return nil, err
		}
		formatted, err := format.Source(code.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", from, err)
		}
		files[s.Package+"/"+name] = formatted
	}
	return files, nil
}

// overlay proposes an overlay, with a list of what must be decided that the generator does not ask for.
func (s *newService) overlay() *smithy.Object {
	decide := []any{
		"name: what the service is usually called, also in client.go and doc.go",
		"link: the address of the page of an operation; %s is its name",
		"files: which operations belong together; the proposal goes by their names",
	}
	o := smithy.NewObject()
	o.Set("decide", decide)
	o.Set("name", s.Name)
	o.Set("vendor", s.Vendor)
	switch s.Vendor {
	case "alibaba":
		o.Set("decide", append(decide, "client.go: the product in host names, the regions, and the documented rate limit"))
		o.Set("shape", s.shape)
	case "tencent":
		o.Set("decide", append(decide, "sites: whose the files are, also in client.go, and the documented rate limit there"))
		o.Set("shape", s.shape)
		o.Set("sites", list(s.Sites))
	}
	o.Set("link", "")
	o.Set("files", s.proposeFiles())
	var kinds []any
	for _, code := range s.errors() {
		rule := smithy.NewObject()
		rule.Set("code", code)
		rule.Set("kind", "")
		kinds = append(kinds, rule)
	}
	if kinds != nil {
		o.Set("errors", kinds)
	}
	return o
}

// errors are the errors of the model.
func (s *newService) errors() []string {
	var codes []string
	for _, shape := range s.model.Shapes {
		if shape.Traits.Has(smithy.TraitError) {
			codes = append(codes, shape.Name())
		}
	}
	slices.Sort(codes)
	return codes
}

// proposeFiles puts the operations of one resource into one file.
func (s *newService) proposeFiles() *smithy.Object {
	operations := map[string][]string{}
	for _, op := range s.model.Operations() {
		file := resourceOf(op.Name())
		operations[file] = append(operations[file], op.Name())
	}
	files := smithy.NewObject()
	for file, names := range operations {
		group := smithy.NewObject()
		group.Set("operations", list(names))
		files.Set(file, group)
	}
	slices.Sort(files.Keys)
	return files
}

var (
	initialism = regexp.MustCompile(`([A-Z])([A-Z][a-z])`) // the end of one, and the word after it
	word       = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z0-9]+`)
)

// resourceOf is what an operation is about, as a file is called: data_view for ListDataViews.
func resourceOf(operation string) string {
	words := word.FindAllString(initialism.ReplaceAllString(operation, "$1 $2"), -1)
	if len(words) > 1 {
		words = words[1:]
	}
	return strings.ToLower(strings.TrimSuffix(strings.Join(words, "_"), "s"))
}

func list(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud/request"
)

// helpOnOperation makes --help show the members of a request if an operation is given.
func helpOnOperation(cmd *cobra.Command) {
	usual := cmd.HelpFunc()
	cmd.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		given := cmd.Flags().Args()
		if len(given) == 2 {
			if o, err := operationOf(given[0], given[1]); err == nil {
				describe(cmd.OutOrStdout(), o)
				return
			}
		}
		usual(cmd, args)
	})
}

// describe says what the request of an operation has.
func describe(out io.Writer, o operation) {
	fmt.Fprintf(out, "%s %s\n\nMembers of the request (* is required):\n", o.service.name, o.name)
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	writeMembers(w, request.Members(reflect.Zero(o.request).Interface()), "  ")
	_ = w.Flush()
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
	var uses []string
	uses = append(uses, "polycloud call "+o.service.name+" "+o.name+" -d JSON|@FILE|-")
	if o.all != "" {
		uses = append(uses, "polycloud call "+o.service.name+" "+o.name+" --all")
	}
	if o.prepare != "" {
		uses = append(uses, "polycloud change "+o.service.name+" "+o.name+" -d JSON|@FILE|-    follows it until it is live")
	}
	fmt.Fprintf(out, "\nUsage:\n  %s\n\nMore:\n  go doc %s.%s\n", strings.Join(uses, "\n  "), o.request.PkgPath(), o.request.Name())
}

func writeMembers(w io.Writer, members []request.Member, indent string) {
	if len(members) == 0 && indent == "  " {
		fmt.Fprintln(w, "  none")
	}
	for _, m := range members {
		mark := " "
		if m.Required {
			mark = "*"
		}
		fmt.Fprintf(w, "%s%s\t%s\t%s\n", indent, mark+m.Name, m.Type, noteOf(m))
		writeMembers(w, m.Members, indent+"  ")
	}
}

func noteOf(m request.Member) string {
	switch {
	case m.Token:
		return "makes a repeated request safe; filled in if it is empty"
	case m.Sensitive:
		return "secret"
	case len(m.Values) > 0:
		return strings.Join(m.Values, ", ")
	}
	return ""
}

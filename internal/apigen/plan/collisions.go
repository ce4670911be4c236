package plan

// checkNames finds names that are used twice or break a rule.
func (b *builder) checkNames() {
	seen := map[string]string{"Client": "the client", "New": "the constructor"}
	claim := func(name, what string) {
		if other := seen[name]; other != "" {
			b.fail("the name %s is used for %s and for %s: settle it in the overlay", name, other, what)
		}
		seen[name] = what
	}
	for _, st := range b.Structs {
		claim(st.Name, "the structure "+st.Shape.Name())
		names := map[string]string{}
		for _, f := range st.Fields {
			if other := names[f.Name]; other != "" {
				b.fail("%s.%s is used for the members %s and %s: settle it in the overlay", st.Name, f.Name, other, f.Wire)
			}
			names[f.Name] = f.Wire
		}
	}
	for _, op := range b.Ops {
		if op.Pages != nil && !isPlural(op.Pages.Name) {
			b.fail("the iterator %s of %s has no plural for its name: give it one in the overlay", op.Pages.Name, op.Name)
		}
	}
	for _, e := range b.Enums {
		claim(e.Name, "the enum "+e.Keys[0])
		for _, v := range e.Values {
			claim(v.Name, "the value "+v.Value+" of "+e.Name)
		}
	}
	for _, c := range b.Errors {
		claim(c.Name, "the error code "+c.Code)
	}
}

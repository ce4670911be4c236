package wire

import "reflect"

// Default fills what the caller has left empty in a request: strings in path, query and header whose wire name is in
// values, and strings tagged auto:"token", which get one from token. in points to a struct, which it changes.
//
// It returns the wire names that values has only as "", and that are still empty.
func Default(in any, values map[string]string, token func() string) (missing []string) {
	v := reflect.ValueOf(in).Elem()
	p := codecOf(v.Type()).plan
	for _, f := range p.tokens {
		setEmpty(v.Field(f.index), token)
	}
	if len(values) == 0 {
		return nil
	}
	for _, fields := range [...][]field{p.path, p.query, p.header} {
		for _, f := range fields {
			value, ok := values[f.name]
			if !ok || f.codec.kind != stringKind || v.Field(f.index).Len() > 0 {
				continue
			}
			v.Field(f.index).SetString(value)
			if value == "" {
				missing = append(missing, f.name)
			}
		}
	}
	return missing
}

// setEmpty sets an empty string, or a nil pointer to a string.
func setEmpty(v reflect.Value, value func() string) {
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.String && v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Kind() == reflect.String && v.Len() == 0 {
		v.SetString(value())
	}
}

package flink

import (
	"cmp"
	"path"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) connectorOperations() front.Handlers {
	return front.Handlers{
		"ListCustomConnectors":    front.Handle(s.listConnectors),
		"RegisterCustomConnector": front.Handle(s.registerConnector),
		"DeleteCustomConnector":   front.Handle(s.deleteConnector),
	}
}

// AddCustomConnector adds a connector to a namespace of a workspace, or replaces it, and returns its name.
func (s *Service) AddCustomConnector(workspace, namespace string, connector flink.Connector) (name string) {
	s.know(workspace, namespace)
	c := connector
	c.Name = cmp.Or(c.Name, "connector")
	c.Type = cmp.Or(c.Type, c.Name)
	save(s, s.connectors, world.KeyOf(workspace, namespace, c.Name), c)
	return c.Name
}

func (s *Service) listConnectors(_ *front.Received, in flink.ListCustomConnectorsRequest) (any, error) {
	return inNamespace(s, s.connectors, in.Workspace, in.Namespace), nil
}

// registerConnector registers one connector with the name of the file, which the emulator does not read.
func (s *Service) registerConnector(_ *front.Received, in flink.RegisterCustomConnectorRequest) (any, error) {
	name := strings.TrimSuffix(path.Base(in.JarURL), path.Ext(in.JarURL))
	key := world.KeyOf(in.Workspace, in.Namespace, name)
	if exists(s, s.connectors, key) {
		return nil, stateConflict("connector", name, "already exists")
	}
	c := flink.Connector{
		Name: name, Type: name, Dependencies: []string{in.JarURL}, Source: true, Sink: true,
		Creator: world.Account, CreatorName: accountName, Modifier: world.Account, ModifierName: accountName,
	}
	save(s, s.connectors, key, c)
	return []flink.Connector{c}, nil
}

// deleteConnector deletes a connector and returns the tables that use it, which stay.
func (s *Service) deleteConnector(_ *front.Received, in flink.DeleteCustomConnectorRequest) (any, error) {
	c, err := remove(s, s.connectors, world.KeyOf(in.Workspace, in.Namespace, in.ConnectorName), "connector", in.ConnectorName)
	if err != nil {
		return nil, err
	}
	tables := []flink.TableMeta{}
	for _, t := range inNamespace(s, s.tables, in.Workspace, in.Namespace) {
		if t.Table.Properties["connector"] == c.Type {
			tables = append(tables, flink.TableMeta{CatalogName: t.Catalog, DatabaseName: t.Database, TableName: t.Table.Name})
		}
	}
	return tables, nil
}

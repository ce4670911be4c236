package finspace

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) userOperations() front.Handlers {
	return front.Handlers{
		"CreateKxUser":          front.Handle(s.createUser),
		"GetKxUser":             front.Handle(s.getUser),
		"ListKxUsers":           front.Handle(s.listUsers),
		"UpdateKxUser":          front.Handle(s.updateUser),
		"DeleteKxUser":          front.Handle(s.deleteUser),
		"GetKxConnectionString": front.Handle(s.getConnectionString),
	}
}

// AddKxUser adds a user to an environment, or replaces it, and returns its ARN.
func (s *Service) AddKxUser(environmentID string, user finspace.KxUser) string {
	now, u := s.World.Now(), user
	u.UserName = cmp.Or(u.UserName, "user")
	u.UserARN = s.kxARN(environmentID, "kxUser", u.UserName)
	u.IAMRole = cmp.Or(u.IAMRole, "arn:aws:iam::"+world.Account+":role/"+u.UserName)
	u.CreateTimestamp = cmp.Or(u.CreateTimestamp, now.Add(-24*time.Hour))
	u.UpdateTimestamp = cmp.Or(u.UpdateTimestamp, u.CreateTimestamp)
	s.ensureEnvironment(environmentID)
	s.users.Add(world.KeyOf(environmentID, u.UserName), now, u)
	return u.UserARN
}

func (s *Service) createUser(r *front.Received, in finspace.CreateKxUserRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.users, in.EnvironmentID, in.UserName) {
			return nil, kxAlreadyExists("user", in.UserName)
		}
		c := s.Instant()
		u := finspace.KxUser{
			UserARN: s.kxARN(in.EnvironmentID, "kxUser", in.UserName), UserName: in.UserName, IAMRole: in.IAMRole,
			CreateTimestamp: c.Start, UpdateTimestamp: c.Start,
		}
		world.Schedule(s.users.Create(world.KeyOf(in.EnvironmentID, in.UserName)), c, c.Start, u)
		s.tags.Set(u.UserARN, c.Start, in.Tags)
		return new(world.CommonTo[finspace.CreateKxUserResponse](shownUser(in.EnvironmentID, u))), nil
	})
}

// shownUser returns a user as all operations but the list do.
func shownUser(environmentID string, u finspace.KxUser) finspace.GetKxUserResponse {
	return finspace.GetKxUserResponse{UserName: u.UserName, UserARN: u.UserARN, EnvironmentID: environmentID, IAMRole: u.IAMRole}
}

func (s *Service) getUser(_ *front.Received, in finspace.GetKxUserRequest) (any, error) {
	u, err := kxVisible(s, s.users, "user", in.EnvironmentID, in.UserName)
	if err != nil {
		return nil, err
	}
	return new(shownUser(in.EnvironmentID, *u)), nil
}

func (s *Service) listUsers(_ *front.Received, in finspace.ListKxUsersRequest) (any, error) {
	users := kxList[finspace.KxUser]{table: s.users, what: "users", names: []string{in.EnvironmentID}}
	page, next, err := kxPage(s, users, in.NextToken, in.MaxResults)
	return &finspace.ListKxUsersResponse{Users: world.Copies(page), NextToken: next}, err
}

func (s *Service) updateUser(r *front.Received, in finspace.UpdateKxUserRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, u, err := kxActual(s, s.users, "user", in.EnvironmentID, in.UserName)
		if err != nil {
			return nil, err
		}
		c := s.Instant()
		u.IAMRole, u.UpdateTimestamp = in.IAMRole, world.NextTimestamp(c.Start, u.UpdateTimestamp)
		world.Schedule(row, c, c.Start, u)
		return new(world.CommonTo[finspace.UpdateKxUserResponse](shownUser(in.EnvironmentID, u))), nil
	})
}

func (s *Service) deleteUser(r *front.Received, in finspace.DeleteKxUserRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, _, err := kxActual(s, s.users, "user", in.EnvironmentID, in.UserName)
		if err != nil {
			return nil, err
		}
		world.Remove(row, s.Instant())
		return nil, nil
	})
}

// connectionLife is how long a connection string is valid.
const connectionLife = "900"

// getConnectionString returns a string that has the form of one for q, but opens no connection.
func (s *Service) getConnectionString(_ *front.Received, in finspace.GetKxConnectionStringRequest) (any, error) {
	name, ok := strings.CutPrefix(in.UserARN, s.kxARN(in.EnvironmentID, "kxUser", ""))
	if !ok {
		return nil, aws.NotFound("user", in.UserARN)
	}
	if _, err := kxVisible(s, s.users, "user", in.EnvironmentID, name); err != nil {
		return nil, err
	}
	if _, err := kxVisible(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName); err != nil {
		return nil, err
	}
	now := s.World.Now()
	host := in.ClusterName + "." + in.EnvironmentID + ".finspace." + s.World.Region + ".amazonaws.com"
	query := url.Values{
		"Action": {"finspace:connectKxCluster"}, "Host": {host}, "Port": {"443"}, "User": {in.UserARN},
		"X-Amz-Algorithm":  {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential": {"ASIAEMULATOR/" + now.Format("20060102") + "/" + s.World.Region + "/finspace-apricot/aws4_request"},
		"X-Amz-Date":       {now.Format("20060102T150405Z")}, "X-Amz-Expires": {connectionLife},
		"X-Amz-SignedHeaders": {"host"}, "X-Amz-Signature": {s.World.NewID(64)},
	}
	return &finspace.GetKxConnectionStringResponse{
		SignedConnectionString: ":tcps://" + host + ":443:" + name + ":" + query.Encode(),
	}, nil
}

"""The platform in containers: what makes their secrets, and what drives Docker Compose for ./shop."""

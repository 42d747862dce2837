"""Help lines, removal services, topics and audiences. Every app of the public site may import this one."""
